using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A unit of work for the packer.</summary>
internal abstract record Step
{
    /// <summary>A member of a directory, not yet examined. The folder is taken.</summary>
    public sealed record Member(SourceFolder Folder, string Name, string Path, MemberType Type) : Step;

    /// <summary>A piece of a large file.</summary>
    public sealed record Piece(SourceFile File, long Offset, long Span, PieceOrigin Origin) : Step
    {
        /// <summary>Whether the target is known to differ in this piece.</summary>
        public bool IsDifferent { get; init; }
    }

    /// <summary>A member that could not be read.</summary>
    public sealed record ItemError(string Path, string Cause) : Step
    {
        /// <summary>Whether the member is sent nevertheless.</summary>
        public bool IsOfPart { get; init; }
    }

    /// <summary>A directory with an excluded member.</summary>
    public sealed record Excluded(string Path) : Step;

    /// <summary>A member that only the target has.</summary>
    public sealed record Extra(string Path) : Step;
}

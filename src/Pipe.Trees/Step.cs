using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>Something to be packed.</summary>
internal abstract record Step
{
    /// <summary>A member of a directory, not yet looked at. The folder is taken.</summary>
    public sealed record Member(SourceFolder Folder, string Name, string Path, MemberType Type) : Step;

    /// <summary>A piece of a large file.</summary>
    public sealed record Piece(SourceFile File, long Offset, long Span, PieceOrigin Origin) : Step
    {
        /// <summary>Part of one that the target is known not to have as it is.</summary>
        public bool IsDifferent { get; init; }
    }

    /// <summary>Something that could not be read.</summary>
    public sealed record Trouble(string Path, string Cause) : Step
    {
        /// <summary>The member is sent all the same.</summary>
        public bool IsOfPart { get; init; }
    }

    /// <summary>A directory holds a member that is left out.</summary>
    public sealed record Excluded(string Path) : Step;

    /// <summary>Only the target has it.</summary>
    public sealed record Extra(string Path) : Step;
}

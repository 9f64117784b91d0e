using Pipe.Archives;
using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Trees;

namespace Pipe.CommandLine;

/// <summary>The kinds of objects that the programs can copy.</summary>
internal static class KnownObjects
{
    public static ObjectKinds Kinds { get; } = new(
        (ResourceKind.Tree, new TreeKind()),
        (ResourceKind.Archive, new ArchiveKind()),
        (ResourceKind.Pieces, new PiecesKind()),
        (ResourceKind.Filtered, new FilteredFileKind()));
}

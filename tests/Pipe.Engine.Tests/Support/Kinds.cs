using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>The kinds of objects that the programs support.</summary>
internal static class Kinds
{
    public static ObjectKinds All { get; } = new((ResourceKind.Tree, new TreeKind()), (ResourceKind.Archive, new ArchiveKind()));
}

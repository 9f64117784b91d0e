namespace Pipe.Archives;

/// <summary>The head of a manifest.</summary>
internal sealed record ManifestHead(string Name, string Started, long FragmentSize, long Stub, IReadOnlyList<string> Filters, string Made)
{
    /// <summary>Random digits unique to this archive and its <see cref="OwnerFile"/>s; empty for an archive of an earlier version.</summary>
    public string Id { get; init; } = "";

    /// <summary>The spill directories that the writer was given.</summary>
    public IReadOnlyList<string> Next { get; init; } = [];
}

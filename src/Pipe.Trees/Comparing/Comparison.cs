using System.Collections.Concurrent;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>Compares the source with the target's inventory, to send only the differences or to report them.</summary>
/// <param name="flags">Resume, Quick, Compare, Delete.</param>
/// <param name="news">Receives the differences.</param>
internal sealed class Comparison(TreeFlags flags, SourceNews news)
{
    private readonly ConcurrentDictionary<string, bool> _leftOut = new();
    private readonly ConcurrentDictionary<string, bool> _reached = new();
    private readonly ConcurrentDictionary<string, string[]> _lost = new();

    /// <summary>The patterns that exclude members at the target too.</summary>
    public Exclusion Exclusion { get; init; } = new([]);

    /// <summary>The name of the first source, used for errors that concern the whole tree.</summary>
    public string Top { get; init; } = "";

    /// <summary>Takes steps to report later.</summary>
    public Action<Step> Later { get; init; } = _ => { };

    /// <summary>The target's inventory, filled from the other side.</summary>
    public Inventory Inventory { get; } = new(flags, news.Warn);

    /// <summary>Whether only differences are sent.</summary>
    public bool IsAll => flags.HasFlag(TreeFlags.Compare);

    /// <summary>Whether size and time of a file show that it need not be read.</summary>
    public bool IsTrusted(string path, in FileStatus status) =>
        flags.HasFlag(TreeFlags.Resume | TreeFlags.Quick) && Inventory.HasFile(path, status);

    /// <summary>Whether the target has these bytes of a file: a whole small file, or a whole piece.</summary>
    public bool Has(string path, long size, long offset, ReadOnlySpan<byte> bytes)
    {
        if (!flags.HasFlag(TreeFlags.Resume))
        {
            return false;
        }

        var digest = bytes.IsEmpty ? [] : PieceDigest.Of(bytes);
        if (size < FileCursor.PieceSize)
        {
            return Inventory.HasWhole(path, bytes.Length, digest);
        }

        // For the last piece, the file must also end there.
        return Inventory.HasPiece(path, offset, bytes.Length, digest) && (offset + bytes.Length < size || Inventory.HasFile(path, size));
    }

    /// <summary>In a full comparison: whether reading a file can show that it is identical; if not, it differs for certain.</summary>
    public bool MayBeSame(string path, long size) =>
        flags.HasFlag(TreeFlags.Resume) && (size < FileCursor.PieceSize ? Inventory.Has(path) : Inventory.HasFile(path, size));

    /// <summary>Reports a member that differs at the target; false if the pack has no room for it.</summary>
    public bool TryDiffer(ref Pack pack, string path) =>
        TryDiffer(ref pack, path, Inventory.Has(path) ? Difference.Changed : Difference.Missing, Inventory.IsDirectory(path) ? Aspects.Kind : Aspects.None);

    /// <summary>Whether the target has a file in place of a directory, which cannot become one.</summary>
    public bool Obstructs(string path) => Inventory.Has(path) && !Inventory.HasOther(path, EntryKind.Directory, "");

    /// <summary>Reports such a directory; false if the pack has no room for it.</summary>
    public bool TryDifferInKind(ref Pack pack, string path) => TryDiffer(ref pack, path, Difference.Changed, Aspects.Kind);

    /// <summary>Notes that attributes of a member cannot be copied; reported if the member differs.</summary>
    public void Lose(string path, string[] causes) => _lost[path] = causes;

    /// <summary>Reports a member without content (directory, link, device) that differs at the target; false if the pack has no room for it.</summary>
    public bool TryCompare(ref Pack pack, scoped in TreeEntry entry, EntryKind kind)
    {
        var path = RawText.Decode(entry.Path);
        if (kind == EntryKind.Directory && Inventory.IsReached(path))
        {
            _reached[path] = true;
        }

        return Inventory.HasOther(path, kind, kind == EntryKind.SymbolicLink ? RawText.Decode(entry.Text) : "")
            ? TryCompareLooks(ref pack, entry)
            : TryDiffer(ref pack, path);
    }

    /// <summary>Reports a member with identical content whose metadata differ; false if the pack has no room for it.</summary>
    public bool TryCompareLooks(ref Pack pack, scoped in TreeEntry entry) =>
        Inventory.Differing(entry) is not Aspects.None and var aspects
            ? TryDiffer(ref pack, RawText.Decode(entry.Path), Difference.Changed, aspects)
            : true;

    private bool TryDiffer(ref Pack pack, string path, Difference difference, Aspects aspects)
    {
        if (!news.TryDiffer(ref pack, path, difference, aspects))
        {
            return false;
        }

        foreach (var cause in _lost.GetValueOrDefault(path, []))
        {
            Later(new Step.ItemError(path, cause) { IsOfPart = true });
        }

        return true;
    }

    /// <summary>Notes that the comparison skips members of that directory.</summary>
    public void LeaveOut(string path) => _leftOut[path] = true;

    /// <summary>The members that only the target has: all of them in a comparison, those that a deletion would remove in a dry run.</summary>
    public IEnumerable<Step> Rest() =>
        IsDeletion && news.IsIncomplete ? [new Step.ItemError(Top, "nothing would be removed: not all of the source could be read, or not all of it written")]
        : IsDeletion || flags.HasFlag(TreeFlags.Resume) ? Inventory.Rest().Where(path => !Exclusion.Holds(path)).Select(StepOf).OfType<Step>().Concat(BehindLinks())
        : [];

    private bool IsDeletion => flags.HasFlag(TreeFlags.Delete);

    /// <summary>Null for a member that is left alone.</summary>
    private Step? StepOf(string path) =>
        IsBelowWhatStays(path) || (IsDeletion && Inventory.IsNeeded(path)) ? null
        : !IsDeletion || !Inventory.IsMounted(path) ? new Step.Extra(path)
        : flags.HasFlag(TreeFlags.OneFileSystem) ? null
        : new Step.ItemError(path, $"{path}: is a mount point at the target, and would not be removed");

    /// <summary>Reports directories reached by symbolic links, which a deletion does not follow.</summary>
    private IEnumerable<Step> BehindLinks() => IsDeletion
        ? _reached.Keys.Order(StringComparer.Ordinal).Select(path => new Step.ItemError(path, $"{path}: reached by a symbolic link at the target: nothing would be removed there"))
        : [];

    private bool IsBelowWhatStays(string path)
    {
        if (_leftOut.IsEmpty && !(IsDeletion && Inventory.HasMounts))
        {
            return false;
        }

        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (Stays(path[..end]))
            {
                return true;
            }
        }

        return _leftOut.ContainsKey("");
    }

    /// <summary>Whether the directory stays, by the rules of <see cref="Surplus"/>.</summary>
    private bool Stays(string directory) => _leftOut.ContainsKey(directory)
        || (IsDeletion && Inventory.IsMounted(directory) && (flags.HasFlag(TreeFlags.OneFileSystem) || !Inventory.IsInSource(directory)));
}

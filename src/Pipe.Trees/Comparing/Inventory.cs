using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// The target's existing contents of a tree, as reported by the target; keeps as much as fits into bounded memory. Filled by one thread; queried by
/// many after <see cref="Complete"/>.
/// </summary>
/// <param name="flags">Quick and Compare determine which keys are kept.</param>
/// <param name="warn">Called if there is more than fits.</param>
/// <param name="mostEntries">Maximum number of entries: one for each member, and one for each piece of a large file.</param>
/// <param name="mostNames">Maximum bytes of paths, where those are needed.</param>
internal sealed class Inventory(TreeFlags flags, Action<string> warn, int mostEntries = Inventory.MostEntries, long mostNames = Inventory.MostNames)
{
    /// <summary>Each entry takes one to three keys, of 16 bytes plus free slots.</summary>
    public const int MostEntries = 3_000_000;
    public const long MostNames = 128 << 20;

    private const int AllBits = 0xFFF;

    private readonly object _gate = new();
    private TargetKeySet _keys = new();
    private PathList _names = new();
    private int _entries;
    private bool _isTold;
    private bool _hasMetadata;
    private bool _hasOwners;
    private HashSet<string> _mounts = [];
    private HashSet<string> _needed = [];
    private HashSet<string> _reached = [];
    private LinkedNames _links = new();
    private bool _hasRoots;
    private volatile bool _isComplete;

    public bool IsComplete => _isComplete;

    private bool IsCompared => flags.HasFlag(TreeFlags.Compare);

    /// <summary>Takes one Have; the last one is empty. False if the last has arrived already.</summary>
    /// <exception cref="Failure">There is more to compare than fits.</exception>
    public bool TryAdd(ReadOnlySpan<byte> entries)
    {
        if (_isTold)
        {
            return false;
        }

        if (entries.IsEmpty)
        {
            _isTold = true;
            End();
        }

        while (!entries.IsEmpty && !_isComplete)
        {
            Add(TreeEntry.Read(ref entries));
        }

        return true;
    }

    /// <summary>Discards what has arrived: the channel broke, and the question is asked again.</summary>
    public void StartAgain()
    {
        if (!_isComplete)
        {
            (_keys, _names, _mounts, _needed, _reached, _links, _entries) = (new TargetKeySet(), new PathList(), [], [], [], new LinkedNames(), 0);
        }
    }

    /// <summary>Waits until the answer is complete.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            while (!_isComplete)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Releases all waiting threads.</summary>
    public void Abort() => End();

    /// <summary>Whether the path exists.</summary>
    public bool Has(string path) => Contains(path, bytes => TargetKey.Member(bytes));

    /// <summary>Whether there is a file of that size, larger than a piece.</summary>
    public bool HasFile(string path, long size) => Contains(path, bytes => TargetKey.Size(bytes, size));

    /// <summary>Whether there is a file of the same size and time.</summary>
    public bool HasFile(string path, FileStatus status) =>
        Contains(path, bytes => TargetKey.Time(bytes, status.Size, status.ModifiedSeconds, status.ModifiedNanoseconds));

    /// <summary>Whether there is a file of at most one piece with exactly these contents.</summary>
    public bool HasWhole(string path, int size, byte[] digest) => Contains(path, bytes => TargetKey.Whole(bytes, size, digest));

    /// <summary>Whether a larger file has these contents in that range.</summary>
    public bool HasPiece(string path, long offset, int span, byte[] digest) => Contains(path, bytes => TargetKey.Piece(bytes, offset, span, digest));

    /// <summary>Whether the path is a directory, a symbolic link with that target, or another node of that kind.</summary>
    public bool HasOther(string path, EntryKind kind, string text) => Contains(path, bytes => TargetKey.Content(bytes, kind, RawText.Encode(text)));

    /// <summary>The metadata of an existing member that differ from the source, among those that a copy would set.</summary>
    public Aspects Differing(scoped in TreeEntry source)
    {
        if (!_hasMetadata)
        {
            return Aspects.None;
        }

        var isReached = source.Kind == EntryKind.Directory && _reached.Count > 0 && IsReached(RawText.Decode(source.Path));
        var path = isReached ? BehindLink(source.Path) : source.Path;
        var differing = Missing(TargetKey.Moment(path, source.Seconds, source.Nanoseconds), Aspects.Time);
        if (source.Kind != EntryKind.SymbolicLink)
        {
            differing |= Missing(TargetKey.Mode(path, source.Mode & ComparedMode), Aspects.Mode);
        }

        if (flags.HasFlag(TreeFlags.All))
        {
            differing |= Missing(TargetKey.Attributes(path, MetadataDigests.OfAttributes(source.Attributes)), Aspects.Attributes);
            differing |= _hasOwners ? Missing(TargetKey.Owner(path, source.Owner, source.Group), Aspects.Owner) : Aspects.None;
            differing |= source.Kind == EntryKind.File ? DifferingFile(source) : Aspects.None;
        }

        return differing;
    }

    /// <summary>Whether the path is a directory, not a symbolic link to one.</summary>
    public bool IsDirectory(string path) => HasOther(path, EntryKind.Directory, "") && !IsReached(path);

    /// <summary>Whether the path is a symbolic link to a directory.</summary>
    public bool IsReached(string path) => _reached.Contains(path);

    /// <summary>The paths that only the target has: those never queried.</summary>
    public IEnumerable<string> Rest() => _names.Where(path => !_keys.IsMarked(TargetKey.Member(path)));

    /// <summary>Whether a file system is mounted at that path of the target.</summary>
    public bool IsMounted(string path) => _mounts.Contains(path);

    /// <summary>Whether a directory contains an excluded member or a mount point: a deletion keeps both, and so the directory.</summary>
    public bool IsNeeded(string path) => _needed.Contains(path);

    public bool HasMounts => _mounts.Count > 0;

    /// <summary>Whether the source has the path too.</summary>
    public bool IsInSource(string path) => _keys.IsMarked(TargetKey.Member(RawText.Encode(path)));

    /// <summary>The mode bits to compare: set-ID bits only together with the owner.</summary>
    private int ComparedMode => flags.HasFlag(TreeFlags.All) && _hasOwners ? AllBits : ComparedMetadata.Permissions;

    /// <summary>The differences that only files can have, as far as the target reports them.</summary>
    private Aspects DifferingFile(scoped in TreeEntry source)
    {
        var roots = RawText.Encode(Convert.ToHexStringLower(MetadataDigests.OfRoots(source.Attributes)));
        var differing = _hasRoots ? Missing(TargetKey.RootsAttributes(source.Path, roots), Aspects.Attributes) : Aspects.None;
        return _links.Fit(RawText.Decode(source.Path), RawText.Decode(MetadataDigests.IdentityIn(source.Attributes))) ? differing : differing | Aspects.Links;
    }

    /// <summary>A key that no member's path can equal.</summary>
    private static byte[] BehindLink(ReadOnlySpan<byte> path) => [.. path, (byte)'/'];

    private Aspects Missing(UInt128 key, Aspects aspect) => _keys.Contains(key) ? Aspects.None : aspect;

    private bool Contains(string path, Func<byte[], UInt128> key)
    {
        var bytes = RawText.Encode(path);
        if (IsCompared)
        {
            _keys.Mark(TargetKey.Member(bytes));
        }

        return _keys.Contains(key(bytes));
    }

    private void End()
    {
        lock (_gate)
        {
            _isComplete = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Add(scoped in TreeEntry entry)
    {
        if (++_entries > mostEntries || _names.Size + _links.Size > mostNames)
        {
            GiveUp();
            return;
        }

        if (IsCompared && _keys.Add(TargetKey.Member(entry.Path)))
        {
            _names.Add(entry.Path);
        }

        if (entry.Kind == EntryKind.Digests)
        {
            AddFile(entry);
        }
        else if (IsCompared && entry.Kind == EntryKind.Directory && entry.Size == EntryMark.Needed)
        {
            MarkNeeded(RawText.Decode(entry.Path));
            return;
        }
        else if (IsCompared && entry.Kind == EntryKind.Directory && entry.Size == EntryMark.Reached)
        {
            Reach(entry);
            return;
        }
        else if (IsCompared)
        {
            _keys.Add(TargetKey.Content(entry.Path, entry.Kind, entry.Text));
            if (entry.Kind == EntryKind.Directory && entry.Size == EntryMark.Mounted)
            {
                var path = RawText.Decode(entry.Path);
                _mounts.Add(path);
                MarkNeeded(TreePath.Split(path).Directory);
            }
        }

        if (IsCompared && !entry.Attributes.IsEmpty)
        {
            AddMetadata(entry);
        }
    }

    /// <summary>Marks a directory and those above it.</summary>
    private void MarkNeeded(string directory)
    {
        while (directory.Length > 0 && _needed.Add(directory))
        {
            directory = TreePath.Split(directory).Directory;
        }
    }

    private void Reach(scoped in TreeEntry entry)
    {
        _reached.Add(RawText.Decode(entry.Path));
        _keys.Add(TargetKey.Content(entry.Path, EntryKind.Directory, []));
        if (!entry.Attributes.IsEmpty)
        {
            var directory = entry;
            directory.Path = BehindLink(entry.Path);
            AddMetadata(directory);
        }
    }

    private void AddMetadata(scoped in TreeEntry entry)
    {
        (_hasMetadata, _hasOwners) = (true, entry.Owner != ComparedMetadata.AnyOwner);
        _keys.Add(TargetKey.Moment(entry.Path, entry.Seconds, entry.Nanoseconds));
        _keys.Add(TargetKey.Mode(entry.Path, entry.Mode & ComparedMode));
        if (flags.HasFlag(TreeFlags.All))
        {
            _keys.Add(TargetKey.Attributes(entry.Path, entry.Attributes));
            _keys.Add(TargetKey.Owner(entry.Path, entry.Owner, entry.Group));
        }

        if (entry.Kind == EntryKind.Digests && !entry.Text.IsEmpty)
        {
            AddFileLooks(entry.Path, entry.Text);
        }
    }

    /// <summary>Takes the facts of a file's metadata; a target of an earlier version does not send them.</summary>
    private void AddFileLooks(ReadOnlySpan<byte> path, ReadOnlySpan<byte> text)
    {
        var space = text.IndexOf((byte)' ');
        _links.Add(RawText.Decode(path), RawText.Decode(space < 0 ? text : text[..space]));
        if (space >= 0)
        {
            _hasRoots = true;
            _keys.Add(TargetKey.RootsAttributes(path, text[(space + 1)..]));
        }
    }

    private void AddFile(scoped in TreeEntry file)
    {
        if (flags.HasFlag(TreeFlags.Quick))
        {
            _keys.Add(TargetKey.Time(file.Path, file.Size, file.Seconds, file.Nanoseconds));
        }

        // Nearly all files are small, so they get only one key.
        if (file.Size == 0 || (file.Size < FileCursor.PieceSize && !file.Data.IsEmpty))
        {
            _keys.Add(TargetKey.Whole(file.Path, file.Size, file.Data));
            return;
        }

        _keys.Add(TargetKey.Size(file.Path, file.Size));
        if (!file.Data.IsEmpty)
        {
            _keys.Add(TargetKey.Piece(file.Path, file.Offset, file.Span, file.Data));
        }
    }

    /// <summary>Stops keeping entries. Also releases the waiting threads, so that a peer that never ends its answer does not block them.</summary>
    private void GiveUp()
    {
        const string tooMuch = "the target has more than can be remembered";
        if (IsCompared)
        {
            throw new Failure(ExitCode.Objects, $"{tooMuch}: too much to compare", "compare parts of it, one by one");
        }

        warn($"{tooMuch}: the rest is sent as if it were not there");
        End();
    }
}

using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Stores a stream as numbered fragments with a manifest. An interrupted archive stays as it is, without the closing line that would make it complete;
/// one interrupted before its first fragment leaves nothing. A complete archive accepts only its own stream again, from a sender that was not told of
/// its success.
/// </summary>
internal sealed class ArchiveSink : ISink
{
    private readonly Lock _writing = new();
    private readonly Archiving _archiving;
    private readonly SpaceRetry _retry;
    private readonly ArchiveName _archive;
    private readonly SpillDirectories _spill;
    private readonly ManifestFile _manifest;
    private readonly SpillOwnership _ownership;
    private readonly ArchiveMigration? _migration;
    private readonly IndexFile? _index;
    private readonly StreamDigest? _stream;
    private readonly FragmentInspector _inspector;
    private readonly FragmentPipeline _pipeline;
    private readonly Dictionary<int, string> _found = [];
    private GrowingFragment? _current;
    private ManifestEnd? _end;
    private WideDigest? _expected;
    private int _count;
    private long _position;

    /// <param name="resource">The directories and the name.</param>
    /// <param name="archiving">The settings of the archive.</param>
    /// <param name="retry">Handles a full disk; owned by this object from here on.</param>
    /// <param name="waiting">Called with the reason for a wait at the end.</param>
    public ArchiveSink(Resource resource, Archiving archiving, SpaceRetry retry, Action<string> waiting)
    {
        (_archiving, _retry) = (archiving, retry);
        try
        {
            _archive = ArchiveName.Of(resource);
            _spill = new SpillDirectories([_archive.Directory, .. resource.Directories[1..]]);
            _migration = ArchiveMigration.Of(archiving, _spill.All, retry, waiting);
            _manifest = new ManifestFile(_archive, retry);
            (Kept, _ownership) = Prepare();
            _index = archiving.Has(ArchivingFlags.Index) && Kept.Count == 0 && _end is null ? new IndexFile(_archive) : null;
        }
        catch (Exception e)
        {
            _manifest?.Dispose();
            _migration?.Dispose();
            throw e is LinuxException system ? Failure.Of(system) : e;
        }

        _stream = Kept.Count == 0 ? new StreamDigest() : null;
        _inspector = new FragmentInspector(_stream, _index);
        _pipeline = new FragmentPipeline(_inspector, Record, retry);
        if (_migration is not null)
        {
            retry.Reclaim = () => _migration.WhyNever(_current?.File.Written ?? 0);
        }
    }

    /// <summary>The fragments of an earlier run, after which the stream continues.</summary>
    public IReadOnlyList<KeptFragment> Kept { get; }

    IReadOnlyList<KeptFragment> ISink.KeptFragments => Kept;

    public bool IsOrdered => true;

    public string Warning { get; private set; } = "";

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            lock (_writing)
            {
                WriteAll(bytes);
            }
        }
        catch (Exception e)
        {
            // An error on this thread may only be a consequence of one in the pipeline.
            _pipeline.ThrowIfFailed();
            throw e is LinuxException system ? Failure.Of(system) : e;
        }
    }

    public void Hole(long offset, long length) => this.WriteZeros(offset, length);

    public void Expect(End end) => _expected = end.Stream;

    public void Commit(long size)
    {
        try
        {
            lock (_writing)
            {
                _current?.File.Seal();
            }

            _pipeline.Complete();
            CheckStream();
            CheckFound();
            var unindexed = CloseIndex();
            if (_end is null)
            {
                _manifest.Close(new ManifestEnd(_count, _position, _expected!.Value, ManifestText.Now(), _index?.Digest));
            }

            Warning = Warnings.Of(unindexed, _migration?.Finish() ?? "");
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Abort()
    {
        _pipeline.Fail(new Failure(ExitCode.Interrupted, $"{_archive.Path}: given up before it was complete"));
        _migration?.Abort();
    }

    public void Dispose()
    {
        Abort();

        // A lane that is still writing will soon fail; its memory stays until then.
        lock (_writing)
        {
            _pipeline.Dispose();
        }

        _inspector.Dispose();
        _index?.Dispose();
        _ownership.Dispose();
        _manifest.Dispose();
        _migration?.Dispose();
        _retry.Dispose();
    }

    private (KeptFragment[] Kept, SpillOwnership Ownership) Prepare()
    {
        var head = new ManifestHead(
            _archive.Name,
            ManifestText.Now(),
            _archiving.Fragment,
            _archiving.Stub,
            _archiving.Filters.Split('\0', StringSplitOptions.RemoveEmptyEntries),
            _archiving.Made)
        {
            Id = OwnerFile.NewId(),
            Next = [.. _spill.All.Skip(1)],
        };
        if (_archiving.Has(ArchivingFlags.Index))
        {
            IndexFile.Check(_archive);
        }

        (var kept, _end, var id, var found) = ArchivePreparation.Prepare(_archive, _manifest, _spill.All, head, _archiving.Has(ArchivingFlags.Resume));
        foreach (var (number, directory) in found)
        {
            _found.Add(number, directory);
        }

        foreach (var fragment in kept)
        {
            Migrate(fragment);
        }

        (_count, _position) = (kept.Count, kept.Count > 0 ? kept[^1].End : 0);
        return ([.. kept.Select(fragment => new KeptFragment(fragment.Size, fragment.XxHash))], new SpillOwnership(_archive, id));
    }

    private void WriteAll(ReadOnlySpan<byte> bytes)
    {
        if (_end is not null && !bytes.IsEmpty)
        {
            throw new Failure(ExitCode.Integrity, $"{_archive.Path}: this archive is complete with {_position} bytes, and there are more", "choose another name, or remove it first");
        }

        while (!bytes.IsEmpty)
        {
            _pipeline.ThrowIfFailed();
            var count = _current is null ? Begin(bytes) : _current.File.Write(Part(bytes, _current.Room));
            _position += count;
            if (_current is { } current && (current.Room == 0 || count < Math.Min(bytes.Length, count + current.Room)))
            {
                current.File.Seal();
                _current = null;
            }

            bytes = bytes[count..];
        }
    }

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> bytes, long room) => bytes[..(int)Math.Min(bytes.Length, room)];

    /// <summary>Begins a fragment where its first bytes fit, so that no fragment is empty. Returns the number of bytes written.</summary>
    private int Begin(ReadOnlySpan<byte> bytes)
    {
        var isFound = _found.Remove(_count, out var directory);
        directory = isFound ? directory! : _spill.Next();
        _retry.Persist(directory, () => _ownership.Claim(directory));
        var memory = _pipeline.TakeMemory();
        var (file, size) = isFound ? Found(directory, memory) : New(directory, memory);
        var count = 0;
        try
        {
            count = file.Write(Part(bytes, size));
        }
        finally
        {
            if (count == 0)
            {
                file.Dispose();
                _pipeline.Return(memory);
            }
        }

        if (count > 0)
        {
            _current = new GrowingFragment(_count++, _spill.NameOf(directory), _position, size, file);
            _pipeline.Add(_current);
        }

        return count;
    }

    private (StagedFile File, long Size) New(string directory, RetainedBytes memory)
    {
        var size = _count == 0 && _archiving.Stub > 0 ? _archiving.Stub : _archiving.Fragment;
        return (new DurableFile(directory, _archive.Part(_count), memory, _retry, isInspected: true, Permissions.Default)
        {
            Expected = size,
            HasElsewhere = () => _spill.HasOther(directory),
        }, size);
    }

    private (StagedFile File, long Size) Found(string directory, RetainedBytes memory)
    {
        var found = new FoundFragment(Paths.Join(directory, _archive.Fragment(_count)), memory, _retry);
        return (found, found.Size);
    }

    /// <summary>Records a durable, closed fragment: gives it its name, adds its line to the manifest, and reports it.</summary>
    private void Record(GrowingFragment growing)
    {
        var fragment = growing.Complete();
        _manifest.Keep();
        _ownership.Use(fragment.Directory);
        growing.File.Name(fragment.Path(_archive), replaces: false);

        // Concurrent with the line, so that one commit of the journal serves both. If a crash leaves a line without its fragment's name, the next run
        // detects that.
        var named = Task.Run(growing.File.KeepName);
        try
        {
            _manifest.Add(fragment);
        }
        finally
        {
            named.GetAwaiter().GetResult();
        }

        Migrate(fragment);
    }

    /// <summary>Migrates the fragment, unless it is the stub, which must be readable at once.</summary>
    private void Migrate(Fragment fragment)
    {
        if (fragment.Number > 0 || _archiving.Stub == 0)
        {
            _migration?.Add(fragment.Path(_archive), fragment.Size);
        }
    }

    /// <summary>Returns a warning if an index was requested and there is none.</summary>
    private string CloseIndex()
    {
        if (!_archiving.Has(ArchivingFlags.Index) || (_end?.Index is not null && FileStatus.Of(_archive.Index) is not null))
        {
            return "";
        }

        if (_index is null && _end is null)
        {
            // An earlier run may have named an index before its manifest listed it.
            IndexFile.TryRemove(_archive);
        }

        var why = _index is not null ? _index.Close() : "an earlier run stored the first part of the stream";
        return why.Length > 0 ? $"{_archive.Index}: there is no index: {why}" : "";
    }

    /// <summary>Called at the end of the stream: a found fragment that the stream did not reach belongs to another stream.</summary>
    private void CheckFound()
    {
        if (_found.Count > 0 && _found.MinBy(found => found.Key) is var (number, directory))
        {
            throw FoundFragment.NotInStream(Paths.Join(directory, _archive.Fragment(number)));
        }
    }

    /// <summary>Checks that the data are those that the sender has read, from the first byte to the last.</summary>
    private void CheckStream()
    {
        if (_expected is not { } expected)
        {
            throw new ProtocolException("an archive without an end");
        }

        if ((_end?.Stream ?? _stream?.Whole ?? expected) != expected)
        {
            throw new Failure(ExitCode.Integrity, $"{_archive.Path}: the data that arrived differ from those sent: the digests of the whole stream differ");
        }
    }
}

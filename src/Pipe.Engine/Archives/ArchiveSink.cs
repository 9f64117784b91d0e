using System.Collections.Concurrent;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A stream as numbered fragments with a manifest. The lanes write the fragment at hand; two threads follow: one looks at the bytes,
/// one makes them durable, closes, names and records each fragment while the next one grows. A cut archive stays, without
/// the closing line that would make it one.
/// </summary>
internal sealed class ArchiveSink : ISink
{
    private const int RetainedCapacity = 64 << 20;

    /// <summary>One that grows, one that is being finished.</summary>
    private const int Growing = 2;
    private const uint Plain = 0x1B6; // rw-rw-rw-
    private static readonly byte[] Zeros = new byte[64 * 1024];

    private readonly ArchiveName _archive;
    private readonly Archiving _archiving;
    private readonly Patience _patience;
    private readonly Shelves _shelves;
    private readonly ManifestFile _manifest;
    private readonly FragmentInspector _inspector;
    private readonly StreamDigest? _stream;
    private readonly BlockingCollection<RetainedBytes> _retained = [];
    private readonly BlockingCollection<GrowingFragment> _uninspected = [];
    private readonly BlockingCollection<GrowingFragment> _unfinished = [];
    private readonly CancellationTokenSource _over = new();
    private readonly Task _inspecting;
    private readonly Task _finishing;
    private readonly List<RetainedBytes> _memory = [];
    private readonly Lock _writing = new();
    private GrowingFragment? _current;
    private Exception? _failure;
    private int _count;
    private long _position;

    /// <param name="resource">Directories and name.</param>
    /// <param name="archiving">How it is cut.</param>
    /// <param name="patience">What to do when a disk is full; owned from here on.</param>
    public ArchiveSink(Resource resource, Archiving archiving, Patience patience)
    {
        (_archiving, _patience) = (archiving, patience);
        try
        {
            _archive = ArchiveName.Of(resource);
            _shelves = new Shelves([_archive.Directory, .. resource.Directories[1..]]);
            _manifest = new ManifestFile(_archive, patience);
            var head = new ManifestHead(
                _archive.Name, ManifestText.Now(), archiving.Fragment, archiving.Stub, archiving.Filters.Split('\0', StringSplitOptions.RemoveEmptyEntries), archiving.Made);
            var kept = ArchiveGround.Prepare(_archive, _manifest, _shelves.All, head, archiving.Has(ArchivingFlags.Resume));
            Kept = [.. kept.Select(fragment => new KeptFragment(fragment.Size, fragment.XxHash))];
            (_count, _position) = (kept.Count, kept.Count > 0 ? kept[^1].End : 0);
        }
        catch (LinuxException e)
        {
            _manifest?.Dispose();
            throw ObjectFailure.Of(e);
        }
        catch
        {
            _manifest?.Dispose();
            throw;
        }

        _stream = Kept.Count == 0 ? new StreamDigest() : null;
        _inspector = new FragmentInspector(_stream, _ => { });
        _inspecting = Task.Factory.StartNew(InspectAll, TaskCreationOptions.LongRunning);
        _finishing = Task.Factory.StartNew(FinishAll, TaskCreationOptions.LongRunning);
    }

    /// <summary>What is there from an earlier run and stays: the stream goes on behind it.</summary>
    public IReadOnlyList<KeptFragment> Kept { get; }

    public bool IsOrdered => true;

    public string Remark { get; private set; } = "";

    private UInt128? Expected { get; set; }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            lock (_writing)
            {
                WriteAll(bytes);
            }
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
        catch (Exception) when (_failure is not null)
        {
            ThrowIfFailed();
            throw;
        }
    }

    public void Hole(long offset, long length)
    {
        for (var done = 0L; done < length; done += Zeros.Length)
        {
            Write(Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, length - done)), offset + done);
        }
    }

    public void Expect(End end) => Expected = end.Stream;

    public void Commit(long size)
    {
        try
        {
            if (_current is not null)
            {
                End();
            }

            _uninspected.CompleteAdding();
            _unfinished.CompleteAdding();
            _inspecting.Wait();
            _finishing.Wait();
            ThrowIfFailed();
            CheckStream();
            _manifest.Close(new ManifestEnd(_count, _position, Expected!.Value, ManifestText.Now()));
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    public void Abort() => Fail(new Failure(ExitCode.Interrupted, $"{_archive.Name}: given up before it was complete"));

    public void Dispose()
    {
        Abort();
        _uninspected.CompleteAdding();
        _unfinished.CompleteAdding();
        _inspecting.Wait();
        _finishing.Wait();
        while (_unfinished.TryTake(out var left))
        {
            left.File.Dispose();
        }

        // A lane may still be writing: it finds out soon, and until then the memory stays.
        lock (_writing)
        {
            _memory.ForEach(memory => memory.Dispose());
        }

        _inspector.Dispose();
        _manifest.Dispose();
        _patience.Dispose();
        _over.Dispose();
    }

    private void WriteAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ThrowIfFailed();
            _current ??= Begin();
            var part = bytes[..(int)Math.Min(bytes.Length, _current.Room)];
            var count = _current.File.Write(part);
            _position += count;
            bytes = bytes[count..];
            if (count < part.Length || _current.Room == 0)
            {
                End();
            }
        }
    }

    private GrowingFragment Begin()
    {
        var directory = _shelves.Next();
        var size = _count == 0 && _archiving.Stub > 0 ? _archiving.Stub : _archiving.Fragment;
        var file = new DurableFile(directory, _archive.Part(_count), TakeMemory(), _patience, isInspected: true, Plain) { Expected = size };
        var fragment = new GrowingFragment(_count++, _shelves.NameOf(directory), _position, size, file);

        // One without a byte would leave a gap in the numbers.
        file.HasElsewhere = () => file.Written > 0 && _shelves.HasOther(directory);
        _uninspected.Add(fragment);
        _unfinished.Add(fragment);
        return fragment;
    }

    /// <summary>The fragment at hand is complete; one that could not even begin is none.</summary>
    private void End()
    {
        var fragment = _current!;
        _current = null;
        fragment.File.Seal();
    }

    private RetainedBytes TakeMemory()
    {
        if (_memory.Count < Growing)
        {
            _memory.Add(new RetainedBytes(RetainedCapacity));
            return _memory[^1];
        }

        try
        {
            return _retained.Take(_over.Token);
        }
        catch (OperationCanceledException)
        {
            ThrowIfFailed();
            throw;
        }
    }

    private void InspectAll() => Guard(() =>
    {
        foreach (var fragment in _uninspected.GetConsumingEnumerable())
        {
            try
            {
                fragment.Digests.SetResult(_inspector.Inspect(fragment.File));
            }
            catch (Exception e)
            {
                fragment.Digests.SetException(e);
                throw;
            }
        }
    });

    private void FinishAll() => Guard(() =>
    {
        foreach (var fragment in _unfinished.GetConsumingEnumerable())
        {
            using (fragment.File)
            {
                Finish(fragment);
            }

            _retained.Add(fragment.File.Retained);
        }
    });

    private void Finish(GrowingFragment growing)
    {
        if (!growing.File.KeepDurable() || growing.File.Written == 0)
        {
            return;
        }

        growing.File.Finish();
        var fragment = growing.Complete();
        growing.File.Name(fragment.Path(_archive), replaces: false);
        _manifest.Add(fragment);
    }

    /// <summary>What arrived is what the sender has read, from its first byte to its last.</summary>
    private void CheckStream()
    {
        if (Expected is not { } expected)
        {
            throw new ProtocolException("an archive without an end");
        }

        if (_stream is not null && _stream.Whole != expected)
        {
            throw new Failure(ExitCode.Integrity, $"{_archive.Name}: what arrived is not what was sent: the digests of the whole stream differ");
        }
    }

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (LinuxException e)
        {
            Fail(ObjectFailure.Of(e));
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>The first cause wins, and nobody waits any more.</summary>
    private void Fail(Exception cause)
    {
        Interlocked.CompareExchange(ref _failure, cause, null);
        _patience.GiveUp();
        _current?.File.Abandon();
        _over.Cancel();
        foreach (var fragment in _unfinished)
        {
            fragment.File.Abandon();
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }
}

using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Passes a tree from one remote host to another through this one: the sink of one session and the source of the next. Blocks are self-contained, so
/// they pass unchanged. The first session does not report success before the second one has.
/// </summary>
internal sealed class TreePassThrough : IPassThrough
{
    private readonly AskedNames? _asked;
    private readonly string _host;
    private readonly IObserver _observer;
    private readonly Tally _tally;
    private readonly SlabPool _slabs = new(Defaults.StreamWindow, Defaults.Block);
    private readonly Queue<(Slab Slab, int Length)> _packs = new();
    private readonly object _gate = new();
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isAtEnd;
    private Exception? _failure;

    /// <param name="from">The plan of the session that reads.</param>
    /// <param name="tally">Counts read errors and differences.</param>
    /// <param name="observer">Receives read errors and differences.</param>
    public TreePassThrough(Plan from, Tally tally, IObserver observer)
    {
        _asked = AskedNames.Of(from);
        _tally = tally;
        (_host, _observer) = (from.Remote.Name, observer);
    }

    public bool IsOrdered => false;

    public long Size => -1;

    public int Mode => Terms.NoMode;

    /// <summary>Room for a whole block of the other session.</summary>
    public int LeastRoom => Defaults.Block;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        CheckNames(bytes);
        if (_slabs.Rent() is not { } slab)
        {
            throw Given();
        }

        bytes.CopyTo(slab.Payload);
        lock (_gate)
        {
            _packs.Enqueue((slab, bytes.Length));
            Monitor.PulseAll(_gate);
        }
    }

    public void Hole(long offset, long length) => ProtocolException.Throw("tree: a block that is a hole");

    public int Read(Span<byte> buffer)
    {
        lock (_gate)
        {
            while (_packs.Count == 0 && !_isAtEnd && _failure is null)
            {
                Monitor.Wait(_gate);
            }

            if (_failure is not null || !_packs.TryDequeue(out var pack))
            {
                return _failure is null ? 0 : throw Given();
            }

            pack.Slab.Payload[..pack.Length].CopyTo(buffer);
            pack.Slab.Return();
            return pack.Length;
        }
    }

    public bool HasMore() => false;

    public void Delivered(ReadOnlySpan<byte> bytes) => _tally.Tree.Take(bytes);

    public void Finish()
    {
        // Read errors have been reported.
    }

    /// <summary>Everything has arrived here, but not yet at its destination: waits for that.</summary>
    public void Commit(long size)
    {
        lock (_gate)
        {
            _isAtEnd = true;
            Monitor.PulseAll(_gate);
        }

        _arrived.Task.GetAwaiter().GetResult();
    }

    public void Arrive() => _arrived.TrySetResult();

    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            Monitor.PulseAll(_gate);
        }

        _slabs.Dispose();
        _arrived.TrySetException(Given());
    }

    public void Abort()
    {
        // The cause follows, in Fail.
    }

    public void Dispose() => _slabs.Dispose();

    private Failure Given() => Failure.Of(_failure!);

    /// <summary>Checks the names of a block: what the first host may not send here, it may not send on either.</summary>
    private void CheckNames(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var entry = TreeEntry.Read(ref bytes);
            var path = RawText.Decode(entry.Path);
            _asked?.Check(path);
            Report(entry, path);
        }
    }

    /// <summary>Reports the entries that are meant for the user, not for the target.</summary>
    private void Report(in TreeEntry entry, string path)
    {
        if (entry.Kind == EntryKind.Trouble)
        {
            _observer.Trouble($"{_host}: {RawText.Decode(entry.Text)}");
            _tally.Fail();
        }
        else if (entry.Kind == EntryKind.Difference && entry.Mode is >= (int)Difference.Missing and <= (int)Difference.Extra)
        {
            _observer.Differs((Difference)entry.Mode, path, (Aspects)entry.Size & Aspects.Known);
            _tally.Differ((Aspects)entry.Size & Aspects.Known);
        }
    }
}

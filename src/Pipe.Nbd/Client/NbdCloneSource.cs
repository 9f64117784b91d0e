using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>
/// An export of another NBD server as the source of a clone. If the server allows several connections, one is reserved for misses. A broken
/// connection is reestablished, and its requests are repeated.
/// </summary>
internal sealed class NbdCloneSource : ICloneSource
{
    private const int SweepConnections = 3;
    private readonly DemandQueue _queue = new();
    private readonly List<NbdSourceLane> _lanes = [];
    private readonly object _lock = new();
    private readonly NbdUri _uri;
    private long _bytesRead;
    private long _lostSince;
    private bool _isClosed;
    private IFetchTarget? _target;
    private SourceDigest? _digest;

    /// <exception cref="Failure">The server cannot be reached.</exception>
    public NbdCloneSource(NbdUri uri)
    {
        _uri = uri;
        var first = Connect(uri);
        Size = first.Export.Bytes;
        if (!first.MayHaveMore)
        {
            Add(FetchPriority.Miss, FetchPriority.Sweep, first);
            return;
        }

        Add(FetchPriority.Miss, FetchPriority.Hint, first);
        for (var i = 0; i < SweepConnections; i++)
        {
            Add(FetchPriority.Hint, FetchPriority.Sweep, null);
        }
    }

    public string Name => _uri.Text;

    public long Size { get; }

    public long LostSince => Interlocked.Read(ref _lostSince);

    public long BytesRead => Interlocked.Read(ref _bytesRead);

    public IFetchTarget Target
    {
        get => _target!;
        set => _target = value;
    }

    public SourceDigest Sample(int timeoutMilliseconds)
    {
        var digest = SourceSample.Take(this, timeoutMilliseconds);
        _digest = digest;
        return digest;
    }

    public void Request(long offset, long length, FetchPriority priority)
    {
        lock (_lock)
        {
            _queue.Add(offset, length, priority);
            Monitor.PulseAll(_lock);
        }
    }

    public void Raise(long offset, long length)
    {
        lock (_lock)
        {
            _queue.Raise(offset, length);
            Monitor.PulseAll(_lock);
        }
    }

    public void Finish()
    {
        // NBD does not report changes of the export. Each reconnection compares the samples.
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }

        foreach (var lane in _lanes)
        {
            lane.Close();
        }
    }

    /// <summary>Waits for the next range for a lane; false if the source is closed or the connection is broken.</summary>
    internal bool TryTake(NbdSourceLane lane, out long offset, out long length, out FetchPriority priority)
    {
        lock (_lock)
        {
            while (!_isClosed && !lane.IsBroken)
            {
                if (!lane.IsFull && _queue.TryTake(lane.First, lane.Last, NbdSourceLane.MostBytes, out offset, out length, out priority))
                {
                    return true;
                }

                Monitor.Wait(_lock);
            }
        }

        (offset, length, priority) = (0, 0, default);
        return false;
    }

    /// <summary>Wakes the lanes, because one has room again or its connection is broken.</summary>
    internal void Look()
    {
        lock (_lock)
        {
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Checks that a new connection leads to the same source; reports a change to the target.</summary>
    internal bool IsSame(NbdClient client)
    {
        if (_digest is not { } digest || SourceSample.Take(Size, client.Read) == digest)
        {
            return true;
        }

        _target!.SourceChanged($"{Name}: it has changed");
        return false;
    }

    internal void Count(long bytes) => Interlocked.Add(ref _bytesRead, bytes);

    internal void Lost(string cause)
    {
        if (Interlocked.CompareExchange(ref _lostSince, Environment.TickCount64, 0) == 0)
        {
            _target?.SourceLost(cause);
        }
    }

    internal void Back()
    {
        if (Interlocked.Exchange(ref _lostSince, 0) != 0)
        {
            _target?.SourceBack();
        }
    }

    /// <summary>Waits before another attempt; false if the source is closed.</summary>
    internal bool Rest(int milliseconds)
    {
        var until = Environment.TickCount64 + milliseconds;
        lock (_lock)
        {
            while (!_isClosed)
            {
                var left = until - Environment.TickCount64;
                if (left <= 0)
                {
                    return true;
                }

                Monitor.Wait(_lock, (int)left);
            }

            return false;
        }
    }

    private void Add(FetchPriority first, FetchPriority last, NbdClient? client)
    {
        var lane = new NbdSourceLane(this, _uri, first, last);
        _lanes.Add(lane);
        lane.Start(client);
    }

    private static NbdClient Connect(NbdUri uri)
    {
        try
        {
            return NbdClient.Connect(uri);
        }
        catch (IOException e)
        {
            throw new Failure(ExitCode.Unreachable, e.Message);
        }
    }
}

using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>
/// An export of another NBD server as the source of a clone. If the server allows several connections, one is reserved for misses, and
/// another one asks for the holes. A broken connection is reestablished, and its requests are repeated.
/// </summary>
internal sealed class NbdCloneSource : ICloneSource
{
    private const int SweepConnections = 3;
    private readonly DemandQueue _queue = new();
    private readonly List<NbdSourceLane> _lanes = [];
    private readonly NbdHoles _holes;
    private readonly object _lock = new();
    private readonly NbdUri _uri;
    private readonly TlsCertificates? _certificates;
    private long _bytesRead;
    private long _lostSince;
    private bool _isClosed;
    private IFetchTarget? _target;
    private SourceDigest? _digest;

    /// <exception cref="Failure">The server cannot be reached, or the certificates cannot be used.</exception>
    public NbdCloneSource(NbdUri uri)
    {
        _uri = uri;
        _certificates = uri.IsTls ? CertificatesOf(uri) : null;
        var first = ConnectFirst();
        Size = first.Export.Bytes;
        _holes = new NbdHoles(Size);
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

        _holes.Start(() => NbdClient.ConnectForStatus(_uri, _certificates));
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

        if (priority != FetchPriority.Miss)
        {
            _holes.Want();
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

        _holes.Close();
        foreach (var lane in _lanes)
        {
            lane.Close();
        }
    }

    /// <summary>Waits for the next range for a lane; false if the source is closed or the connection is broken.</summary>
    internal bool TryTake(NbdSourceLane lane, out SourceRange range)
    {
        lock (_lock)
        {
            while (!_isClosed && !lane.IsBroken)
            {
                if (!lane.IsFull && TryTakeRun(lane, out range))
                {
                    return true;
                }

                Monitor.Wait(_lock);
            }
        }

        range = default;
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

    /// <summary>Opens a connection.</summary>
    internal NbdClient Connect() => NbdClient.Connect(_uri, _certificates);

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
        var deadline = Deadline.After(milliseconds);
        lock (_lock)
        {
            while (!_isClosed)
            {
                if (!deadline.TryWait(_lock))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Takes a range of either zeros or data; the rest of a mixed one stays queued.</summary>
    private bool TryTakeRun(NbdSourceLane lane, out SourceRange range)
    {
        range = default;
        if (!_queue.TryTake(lane.First, lane.Last, NbdSourceLane.MostBytes, out var offset, out var length, out var priority))
        {
            return false;
        }

        var isZero = _holes.IsZero(offset, length, out var run);
        _queue.Return(offset + run, length - run, priority);
        range = new SourceRange(offset, run, priority, isZero);
        return true;
    }

    private void Add(FetchPriority first, FetchPriority last, NbdClient? client)
    {
        var lane = new NbdSourceLane(this, first, last);
        _lanes.Add(lane);
        lane.Start(client);
    }

    private static TlsCertificates CertificatesOf(NbdUri uri) => uri.Certificates.Length > 0
        ? TlsCertificates.OfClient(uri.Certificates)
        : throw new Failure(ExitCode.Usage, $"{uri.Text}: the certificates are missing", "add ?tls-certificates=DIR to the URI, or --tls-certificates DIR");

    private NbdClient ConnectFirst()
    {
        try
        {
            return Connect();
        }
        catch (IOException e)
        {
            throw new Failure(ExitCode.Unreachable, e.Message);
        }
    }
}

using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The receiving end of one session with the host of a source: sends demands and passes on the received data. The first blocks are the
/// samples that identify the source. A session sends each byte only once, so the samples are kept for later requests.
/// </summary>
internal sealed class DemandSink(RemoteCloneSource source) : ISink, IDemands
{
    private readonly object _lock = new();
    private SampleBlocks? _samples;
    private Action<Demand>? _send;
    private bool _isSampled;
    private bool _isClosed;

    public bool IsOrdered => false;

    public IDemands Demands => this;

    /// <summary>Sets the size of the source, before any data arrive.</summary>
    public void Begin(long size) => _samples = new SampleBlocks(size);

    public void Attach(Action<Demand> send)
    {
        lock (_lock)
        {
            _send = send;
        }

        if (_isSampled)
        {
            SendAll();
            return;
        }

        foreach (var (start, end) in _samples!.Ranges)
        {
            send(new Demand(DemandKind.Miss, start, end - start));
        }
    }

    /// <summary>Requests a range, now or once the session is established.</summary>
    public void Ask(long offset, long length, FetchPriority priority) => Send(new Demand((DemandKind)priority, offset, length));

    public void Enough() => Send(new Demand(DemandKind.Enough, 0, 0));

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        source.Count(bytes.Length);
        Take(bytes, offset, bytes.Length);
    }

    public void Hole(long offset, long length) => Take([], offset, length);

    /// <summary>Ends the demands: the session is over.</summary>
    public void Close()
    {
        lock (_lock)
        {
            (_isClosed, _send) = (true, null);
        }
    }

    public void Commit(long size)
    {
        // The clone commits by itself.
    }

    public void Abort()
    {
        // Received data stay in the clone.
    }

    public void Dispose()
    {
        // The source starts another session.
    }

    private void Take(ReadOnlySpan<byte> bytes, long offset, long length)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            if (!_isSampled)
            {
                Sample(bytes, offset, length);
                return;
            }
        }

        source.Take(offset, bytes, length);
    }

    private void Sample(ReadOnlySpan<byte> bytes, long offset, long length)
    {
        _samples!.Take(offset, bytes, length);
        if (!_samples.IsComplete)
        {
            return;
        }

        _isSampled = true;
        source.Sampled(_samples);
        foreach (var (start, end, _) in source.Wanted(out _))
        {
            _samples.Deliver(start, end, source.Take);
        }

        SendAll();
    }

    private void SendAll()
    {
        var wanted = source.Wanted(out var isEnough);
        foreach (var (start, end, priority) in wanted)
        {
            Ask(start, end - start, priority);
        }

        if (isEnough)
        {
            Enough();
        }
    }

    private void Send(Demand demand)
    {
        Action<Demand>? send;
        lock (_lock)
        {
            send = _isSampled ? _send : null;
        }

        send?.Invoke(demand);
    }
}

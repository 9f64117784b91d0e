using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A file or device on another host as the source of a clone: a transfer on demand, whose blocks the engine verifies and retransmits.
/// When a session fails, another one is started and the outstanding ranges are requested again.
/// </summary>
internal sealed class RemoteCloneSource : ICloneSource
{
    private const int FirstRest = 500;
    private const int LongestRest = 10_000;
    private readonly Plan _plan;
    private readonly object _lock = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly Outstanding _outstanding = new();
    private DemandSink _sink;
    private IFetchTarget? _target;
    private Failure? _failure;
    private SampleBlocks? _samples;
    private SourceDigest? _digest;
    private long _size = -1;
    private long _bytesRead;
    private long _lostSince;
    private bool _isEnough;
    private bool _isOver;

    /// <summary>Logs in and waits until the remote side has opened the source.</summary>
    /// <param name="plan">The plan with the host and the file.</param>
    /// <exception cref="Failure">The host cannot be reached, or the file cannot be opened.</exception>
    public RemoteCloneSource(Plan plan)
    {
        _plan = plan with { OnDemand = true };
        _sink = new DemandSink(this);
        DataThread.Start("source", Run);
        lock (_lock)
        {
            while (_size < 0 && _failure is null)
            {
                Monitor.Wait(_lock);
            }

            if (_size < 0)
            {
                throw _failure!;
            }
        }
    }

    public string Name => $"{_plan.Remote.Name}:{_plan.There.Text}";

    public long Size => _size;

    public long LostSince => Interlocked.Read(ref _lostSince);

    public long BytesRead => Interlocked.Read(ref _bytesRead);

    public IFetchTarget Target
    {
        set => _target = value;
    }

    public SourceDigest Sample(int timeoutMilliseconds)
    {
        var deadline = Deadline.After(timeoutMilliseconds);
        lock (_lock)
        {
            while (_digest is null)
            {
                if (_failure is not null || !deadline.TryWait(_lock))
                {
                    throw _failure ?? new Failure(ExitCode.Unreachable, $"{Name}: no answer within {timeoutMilliseconds / 1000} seconds");
                }
            }

            return _digest.Value;
        }
    }

    public void Request(long offset, long length, FetchPriority priority)
    {
        SampleBlocks? here;
        DemandSink sink;
        lock (_lock)
        {
            _outstanding.Add(offset, offset + length, priority);
            (here, sink) = (_samples, _sink);
        }

        here?.Deliver(offset, offset + length, Take);
        sink.Ask(offset, length, priority);
    }

    public void Raise(long offset, long length)
    {
        DemandSink sink;
        lock (_lock)
        {
            sink = _sink;
        }

        sink.Ask(offset, length, FetchPriority.Miss);
    }

    /// <summary>Ends the transfer; the sender reports whether its file has changed.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            _isEnough = true;
        }

        _sink.Enough();
        lock (_lock)
        {
            while (!_isOver)
            {
                Monitor.Wait(_lock);
            }

            if (_failure is { } failure)
            {
                throw failure;
            }
        }
    }

    public void Dispose()
    {
        const int patience = 3000;
        _cancel.Cancel();
        lock (_lock)
        {
            var deadline = Deadline.After(patience);
            while (!_isOver && deadline.TryWait(_lock))
            {
                // The session ends at the cancellation.
            }
        }

        _cancel.Dispose();
    }

    /// <summary>Passes received data to the target, limited to outstanding ranges. Empty <paramref name="bytes"/> stand for zeros.</summary>
    internal void Take(long offset, ReadOnlySpan<byte> bytes, long length)
    {
        for (var end = offset + length; offset < end;)
        {
            long from, until;
            lock (_lock)
            {
                if (!_outstanding.TryRemoveFirst(offset, end, out from, out until))
                {
                    return;
                }
            }

            if (bytes.IsEmpty)
            {
                _target!.ArrivedZeros(from, until - from);
            }
            else
            {
                var skip = bytes.Length - (int)(end - from);
                _target!.Arrived(from, bytes.Slice(skip, (int)(until - from)));
            }

            offset = until;
        }
    }

    internal void Count(long bytes) => Interlocked.Add(ref _bytesRead, bytes);

    /// <summary>Called when the samples of a session have arrived: checks that the source is still the same.</summary>
    internal void Sampled(SampleBlocks blocks)
    {
        lock (_lock)
        {
            if (_digest is { } known && known != blocks.Digest)
            {
                _target?.SourceChanged($"{Name}: it has changed");
                _cancel.Cancel();
                return;
            }

            (_digest, _samples) = (blocks.Digest, blocks);
            Monitor.PulseAll(_lock);
        }

        Back();
    }

    /// <summary>Called when the login is lost, or the session has resumed over another one.</summary>
    internal void LoginLost(bool isLost)
    {
        if (isLost)
        {
            Lost($"{_plan.Remote.Name}: the login is lost");
        }
        else
        {
            Back();
        }
    }

    /// <summary>Returns the outstanding ranges, most urgent first.</summary>
    internal IReadOnlyList<(long Start, long End, FetchPriority Priority)> Wanted(out bool isEnough)
    {
        lock (_lock)
        {
            isEnough = _isEnough;
            return _outstanding.All();
        }
    }

    private void Lost(string cause)
    {
        if (Interlocked.CompareExchange(ref _lostSince, Environment.TickCount64, 0) == 0)
        {
            _target?.SourceLost(cause);
        }
    }

    private void Back()
    {
        if (Interlocked.Exchange(ref _lostSince, 0) != 0)
        {
            _target?.SourceBack();
        }
    }

    private void Agree(Terms terms)
    {
        lock (_lock)
        {
            if (_size >= 0 && terms.Size != _size)
            {
                _target?.SourceChanged($"{Name}: it has {terms.Size} bytes now, and had {_size}");
                throw new Failure(ExitCode.Objects, $"{Name}: the source has changed");
            }

            _size = terms.Size;
            _sink.Begin(_size);
            Monitor.PulseAll(_lock);
        }
    }

    private void Run()
    {
        for (var rest = FirstRest; ; rest = Math.Min(LongestRest, 2 * rest))
        {
            var failure = Carry();
            lock (_lock)
            {
                _failure = failure;
                if (failure is null || _size < 0 || _digest is null || _cancel.IsCancellationRequested || _isEnough)
                {
                    _isOver = true;
                    Monitor.PulseAll(_lock);
                    return;
                }
            }

            Lost(failure.Message);
            _cancel.Token.WaitHandle.WaitOne(rest);
            lock (_lock)
            {
                _sink = new DemandSink(this);
            }
        }
    }

    /// <summary>Runs one session; returns the error that ended it, or null.</summary>
    private Failure? Carry()
    {
        var sink = _sink;
        try
        {
            var end = new CloneEnd(terms =>
            {
                Agree(terms);
                return sink;
            });
            new Transfer(new Edge(_plan, new Tally(), new SourceObserver(this)), end, new LoginTurns(1)).RunAsync(_cancel.Token).GetAwaiter().GetResult();
            return null;
        }
        catch (Exception e)
        {
            return Failure.Of(e);
        }
        finally
        {
            sink.Close();
        }
    }
}

using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine;

/// <summary>
/// Drives one end of a datagram connection on its own thread, from the first Hello to the Close: receives, runs the state machine, sends, sleeps. It
/// never waits for another thread, and allocates nothing per datagram. Owns its socket.
/// </summary>
internal abstract class DatagramThread : IDisposable
{
    private const int MaxRounds = 16;
    private const int ControlMessages = 16;
    private readonly UdpSocket _socket;
    private readonly DatagramRing _ring = new(messages: 32);
    private readonly DatagramBatch _control = new(ControlMessages, ControlMessages * DatagramLimits.MaxDatagram);
    private readonly EventCounter _wake = new();
    private readonly DatagramPaths _paths;
    private readonly byte[] _buffer = new byte[DatagramLimits.MaxDatagram];
    private readonly long _patience;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Lock _waking = new();
    private volatile bool _isStopping;
    private bool _isGone;
    private bool _wasOpen;
    private long _openedAt;
    private long _slept;
    private long _answeredAt;
    private long _heardAt = DatagramClock.Now;

    /// <param name="socket">The socket; owned by this object from here on.</param>
    /// <param name="link">The connection's state machine; owned by this object from here on.</param>
    /// <param name="paths">The candidate paths to the peer.</param>
    /// <param name="timeoutSeconds">The longest silence of the peer.</param>
    protected DatagramThread(UdpSocket socket, DatagramLink link, DatagramPaths paths, int timeoutSeconds)
    {
        (_socket, Link, _paths, _patience) = (socket, link, paths, timeoutSeconds * 1_000_000_000L);
        _socket.TellDestinations();
    }

    /// <summary>Called once, on this thread, when both sides have proved the secret.</summary>
    public Action Opened { get; init; } = () => { };

    /// <summary>Called once, on this thread, if the connection could not be made.</summary>
    public Action<string> Failed { get; init; } = _ => { };

    /// <summary>Called once, on this thread, when a caller keeps calling in spite of all answers.</summary>
    public Action<SocketName>? Unanswered { get; set; }

    public DatagramLink Link { get; }

    /// <summary>The failure that broke the connection; null if it ended in order.</summary>
    public Exception? Cause { get; private set; }

    /// <summary>When the last authentic datagram arrived.</summary>
    protected long HeardAt => _heardAt;

    protected UdpSocket Socket => _socket;

    /// <summary>Whether the thread has been busy nearly all the time, so that it is the bottleneck.</summary>
    protected bool IsSleepless => _slept * 20 < DatagramClock.Now - _openedAt;

    /// <summary>Datagrams dropped because this side's socket buffer was full.</summary>
    protected uint Overflowed => _ring.Overflowed;

    public void Start(string name) => DataThread.Start(name, Run);

    /// <summary>Wakes the thread, which has something to send or to report. Any thread, any time.</summary>
    public void Wake()
    {
        lock (_waking)
        {
            if (!_isGone)
            {
                _wake.Signal();
            }
        }
    }

    /// <summary>Ends the connection with a Close, without waiting. Any thread, any time.</summary>
    public void Stop()
    {
        _isStopping = true;
        Wake();
    }

    /// <summary>Ends the connection and waits until socket and memory are free. Not for this thread.</summary>
    public void Dispose()
    {
        Stop();
        _ended.Wait();
        GC.SuppressFinalize(this);
    }

    protected abstract void OnDatagram(Span<byte> datagram, ulong path, long now);

    /// <summary>The connection is open, and the peer's address is known.</summary>
    protected virtual void OnOpen(SocketName there)
    {
        // Only the sender chooses the size of datagrams.
    }

    /// <summary>Does all due work except that of <see cref="Control"/> and <see cref="SendData"/>.</summary>
    protected abstract void Work(long now);

    /// <summary>Writes the next datagram without data; returns its length, or 0 if there is none.</summary>
    protected abstract int Control(long now, Span<byte> to, out ulong path);

    protected abstract long NextTimeout(long now);

    /// <summary>Sends the data that may be sent now; false if the socket accepts no more at the moment.</summary>
    protected virtual bool SendData(long now) => true;

    /// <summary>Releases all threads that wait for the connection: it has ended.</summary>
    protected abstract void LetGo();

    /// <summary>Frees the resources that only this thread uses.</summary>
    protected abstract void Free();

    /// <summary>Sends a batch on the path in use.</summary>
    protected SendResult Send(DatagramBatch batch) => _socket.Send(batch, _paths.There(Link.Path), _paths.Here(Link.Path));

    private void Run()
    {
        try
        {
            TimerSlack.Minimize();
            while (!_isStopping && Turn())
            {
            }

            SendClose();
        }
        catch (Exception e) when (e is IOException or ProtocolException)
        {
            Cause = e;
            SendClose();
        }
        finally
        {
            End();
        }
    }

    /// <summary>Runs one round; false if the connection has ended.</summary>
    private bool Turn()
    {
        for (var round = 0; round < MaxRounds && Receive(DatagramClock.Now); round++)
        {
        }

        var now = DatagramClock.Now;
        Work(now);
        SendControl(now);
        if (!IsAlive(now))
        {
            return false;
        }

        var hasRoom = SendData(now);
        Sleep(hasRoom);
        return true;
    }

    private bool Receive(long now)
    {
        if (!_socket.Receive(_ring))
        {
            return false;
        }

        while (_ring.MoveNext())
        {
            var refused = Link.Refused;
            OnDatagram(_ring.Current, _paths.NumberOf(_ring.From, _ring.To, Link.Path), now);
            if (Link.Refused == refused)
            {
                _heardAt = now;
            }
        }

        return true;
    }

    private void SendControl(long now)
    {
        while (_control.HasRoom(DatagramLimits.MaxDatagram) && Control(now, _buffer, out var path) is var length && length > 0)
        {
            var (first, last) = path == 0 ? (1UL, (ulong)_paths.Candidates) : (path, path);
            for (var one = first; one <= last; one++)
            {
                _buffer.AsSpan(0, length).CopyTo(_control.Begin(length));

                // A datagram that cannot be sent counts as lost in transit, and is repeated.
                _socket.Send(_control, _paths.There(one), _paths.Here(one));
                _control.Clear();
            }
        }
    }

    private bool IsAlive(long now)
    {
        WatchCaller(now);
        if (Link.IsOpen && !_wasOpen)
        {
            _wasOpen = true;
            (_heardAt, _openedAt, _slept) = (now, now, 0);
            OnOpen(_paths.There(Link.Path));
            Opened();
        }

        if (Link.State == DatagramState.Closed)
        {
            if (!_wasOpen)
            {
                Failed("no answer to datagrams");
            }
            else if (Link.Closed is { Code: not ExitCode.Done } close)
            {
                throw new IOException($"closed by the peer: {close.Cause}");
            }

            return false;
        }

        return !_wasOpen || now - _heardAt < _patience ? true : throw new IOException($"nothing heard for {_patience / 1_000_000_000} s");
    }

    /// <summary>
    /// Reports a caller that calls again long after an answer: it takes an answer that has arrived before it calls again, however little processor
    /// time it gets.
    /// </summary>
    private void WatchCaller(long now)
    {
        const long patience = 1_200_000_000;
        if (Link.State == DatagramState.Answering && Unanswered is { } tell)
        {
            _answeredAt = _answeredAt == 0 ? now : _answeredAt;
            if (Link.CalledAt - _answeredAt > patience)
            {
                Unanswered = null;
                tell(_paths.There(Link.Caller));
            }
        }
    }

    private void Sleep(bool hasRoom)
    {
        const long forQueue = 1_000_000;
        var now = DatagramClock.Now;
        var until = Math.Min(NextTimeout(now), _wasOpen ? _heardAt + _patience : long.MaxValue);
        if (!hasRoom)
        {
            _socket.Wait(_wake, forQueue, isForRoom: true);
        }
        else if (until > now)
        {
            _socket.Wait(_wake, until == long.MaxValue ? -1 : until - now);
        }

        _slept += DatagramClock.Now - now;
    }

    /// <summary>Sends several Closes, because none is acknowledged.</summary>
    private void SendClose()
    {
        const int times = 3;
        if (!_wasOpen || Link.Closed is not null)
        {
            return;
        }

        var (code, cause) = Cause is null ? (ExitCode.Done, "") : (ExitCode.Unreachable, Cause.Message);
        for (var i = 0; i < times; i++)
        {
            var length = Link.Close(code, cause, _buffer);
            if (length > 0)
            {
                _buffer.AsSpan(0, length).CopyTo(_control.Begin(length));
                Send(_control);
                _control.Clear();
            }
        }
    }

    private void End()
    {
        LetGo();
        lock (_waking)
        {
            _isGone = true;
            _wake.Dispose();
        }

        _socket.Dispose();
        Link.Dispose();
        _ring.Dispose();
        _control.Dispose();
        Free();
        _ended.Set();
    }
}

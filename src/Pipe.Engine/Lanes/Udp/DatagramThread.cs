using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine;

/// <summary>
/// Drives one end of a datagram connection on a thread of its own, from the first Hello to the Close: takes what has come, has the state
/// machine decide, sends, sleeps. It never waits for anybody else, and allocates nothing per datagram. Owns its socket.
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

    /// <param name="socket">Owned from here on.</param>
    /// <param name="link">Of the connection; owned from here on.</param>
    /// <param name="paths">Where the peer may be.</param>
    /// <param name="timeoutSeconds">That it may be silent.</param>
    protected DatagramThread(UdpSocket socket, DatagramLink link, DatagramPaths paths, int timeoutSeconds)
    {
        (_socket, Link, _paths, _patience) = (socket, link, paths, timeoutSeconds * 1_000_000_000L);
        _socket.TellDestinations();
    }

    /// <summary>Called once, on this thread, when both sides have proved the secret.</summary>
    public Action Opened { get; init; } = () => { };

    /// <summary>Called once, on this thread, when that has not come about.</summary>
    public Action<string> Failed { get; init; } = _ => { };

    /// <summary>Called once, on this thread, when a caller goes on calling in spite of all answers.</summary>
    public Action<SocketName>? Unanswered { get; set; }

    public DatagramLink Link { get; }

    /// <summary>What broke the connection; null if it ended in good order.</summary>
    public Exception? Cause { get; private set; }

    /// <summary>When the last genuine datagram came.</summary>
    protected long HeardAt => _heardAt;

    protected UdpSocket Socket => _socket;

    /// <summary>The thread has been at work for nearly all of its time: it cannot do more.</summary>
    protected bool IsSleepless => _slept * 20 < DatagramClock.Now - _openedAt;

    /// <summary>Datagrams that this side's socket had no room for.</summary>
    protected uint Overflowed => _ring.Overflowed;

    public void Start(string name) => DataThread.Start(name, Run);

    /// <summary>Has the thread look: there is something to send or to say. Any thread, any time.</summary>
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

    /// <summary>Ends the connection with a Close, without waiting for that. Any thread, any time.</summary>
    public void Stop()
    {
        _isStopping = true;
        Wake();
    }

    /// <summary>Ends the connection and waits until socket and memory are free. Not on this thread.</summary>
    public void Dispose()
    {
        Stop();
        _ended.Wait();
        GC.SuppressFinalize(this);
    }

    protected abstract void OnDatagram(Span<byte> datagram, ulong path, long now);

    /// <summary>Does what is due, but for what <see cref="Control"/> and <see cref="SendData"/> do.</summary>
    protected abstract void Work(long now);

    /// <summary>The next datagram without data: its length, or 0.</summary>
    protected abstract int Control(long now, Span<byte> to, out ulong path);

    protected abstract long NextTimeout(long now);

    /// <summary>Sends what may go now; false if the socket takes no more at the moment.</summary>
    protected virtual bool SendData(long now) => true;

    /// <summary>The connection has ended: lets everybody go who waits for it.</summary>
    protected abstract void LetGo();

    /// <summary>Frees what only this thread uses.</summary>
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

            SayGoodbye();
        }
        catch (Exception e) when (e is IOException or ProtocolException)
        {
            Cause = e;
            SayGoodbye();
        }
        finally
        {
            End();
        }
    }

    /// <summary>One round; false if the connection has ended.</summary>
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

                // What cannot be sent is lost like what is lost on the way: it is repeated.
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

    /// <summary>A caller that has an answer calls no more.</summary>
    private void WatchCaller(long now)
    {
        const long patience = 1_200_000_000;
        if (Link.State == DatagramState.Answering && Unanswered is { } tell)
        {
            _answeredAt = _answeredAt == 0 ? now : _answeredAt;
            if (now - _answeredAt > patience)
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

    /// <summary>A few times, because no answer tells whether it arrived.</summary>
    private void SayGoodbye()
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

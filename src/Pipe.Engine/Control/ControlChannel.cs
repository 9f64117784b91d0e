using System.Diagnostics;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Control messages over two descriptors: the ssh child's, or standard input and output of the server. Sending is safe from any thread.
/// One thread reads; what it reads goes to the handler on that thread, so the handler must not wait.
/// Whoever waits for a peer that does not read is let go when the channel is given up.
/// </summary>
/// <param name="input">Owned from here on.</param>
/// <param name="output">Owned from here on.</param>
internal sealed class ControlChannel(Fd input, Fd output) : IDisposable
{
    private const int MaxQuote = 1000;
    private readonly Lock _sending = new();
    private readonly Lock _ending = new();
    private readonly Fd _output = NonBlocking(output);
    private readonly Wake _wake = new();
    private readonly byte[] _header = new byte[Frame.Size];
    private readonly List<byte> _noise = [];
    private byte[] _payload = new byte[4096];
    private long _lastSent = Stopwatch.GetTimestamp();
    private long _lastHeard = Stopwatch.GetTimestamp();
    private volatile bool _hasSpoken;
    private volatile bool _isGreeted;
    private bool _isStarted;
    private bool _isRead;
    private bool _isDisposed;

    /// <summary>Since when nothing has come. In front of the marker, since when its first byte has: noise is not a sign of life.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Volatile.Read(ref _lastHeard));

    /// <summary>Whether anything has come at all, if only what a login shell prints: the login is over.</summary>
    public bool HasSpoken => _hasSpoken;

    /// <summary>Whether the peer's marker has been seen: the program runs there.</summary>
    public bool IsGreeted => _isGreeted;

    /// <summary>What stood in front of the marker, fit for a message.</summary>
    public string Noise
    {
        get
        {
            lock (_noise)
            {
                return Shown(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_noise));
            }
        }
    }

    /// <summary>The beginning of what came from a stranger, fit for a message.</summary>
    public static string Shown(ReadOnlySpan<byte> bytes) =>
        RawText.Printable(RawText.Decode(bytes[..Math.Min(bytes.Length, MaxQuote)]).Trim().ReplaceLineEndings(" / "));

    public delegate void Handler(MessageType type, ReadOnlySpan<byte> payload);

    /// <summary>Starts to read.</summary>
    /// <param name="handle">Gets every message.</param>
    /// <param name="ended">Called once at the end: null, or what broke the channel or the protocol.</param>
    public void Start(Handler handle, Action<Exception?> ended)
    {
        _isStarted = true;
        DataThread.Start("control", () => ReadAll(handle, ended));
    }

    /// <summary>What was read before the channel has told that there is life.</summary>
    public void Heard() => Volatile.Write(ref _lastHeard, Stopwatch.GetTimestamp());

    /// <summary>The marker was read before the channel was started.</summary>
    public void Greeted()
    {
        (_hasSpoken, _isGreeted) = (true, true);
        Heard();
    }

    /// <summary>Ends what a login shell may have printed before us.</summary>
    public void SendMarker() => Write(Frame.Marker);

    /// <summary>Passes on what is made up of whole messages, from one thread only.</summary>
    public void SendRaw(ReadOnlySpan<byte> bytes) => Write(bytes);

    public void Send<T>(T message)
        where T : IMessage<T> => Write(Frame.Pack(message));

    /// <summary>Sends a message whose payload stands behind room for the header.</summary>
    public void SendInPlace(MessageType type, Span<byte> framed)
    {
        Frame.Seal(framed, type);
        Write(framed);
    }

    /// <summary>Says that we live, if nothing else has for so long. Never waits.</summary>
    public void PingIfIdle(Ping ping, TimeSpan idle)
    {
        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _lastSent)) < idle || !_sending.TryEnter())
        {
            return;
        }

        try
        {
            // A pipe that is writable takes a page.
            if (_wake.Writable(_output, 0))
            {
                _output.WriteAll(Frame.Pack(ping));
                Volatile.Write(ref _lastSent, Stopwatch.GetTimestamp());
            }
        }
        catch (LinuxException)
        {
            // The reader of this channel notices its end.
        }
        finally
        {
            _sending.Exit();
        }
    }

    /// <summary>The peer is not there any more: nobody waits for it from here on. What it takes at once is still sent.</summary>
    public void GiveUp()
    {
        lock (_ending)
        {
            if (!_isDisposed)
            {
                _wake.Signal();
            }
        }
    }

    /// <summary>No more from us: the peer sees the end.</summary>
    public void CloseOutput()
    {
        lock (_sending)
        {
            _output.Dispose();
        }
    }

    public void Dispose()
    {
        GiveUp();
        CloseOutput();
        if (!_isStarted)
        {
            input.Dispose();
            Leave(ref _isRead);
        }

        Leave(ref _isDisposed);
    }

    private static Fd NonBlocking(Fd output)
    {
        output.SetNonBlocking();
        return output;
    }

    /// <summary>The last one to leave, reader or owner, takes away what both used.</summary>
    private void Leave(ref bool mine)
    {
        lock (_ending)
        {
            mine = true;
            if (_isRead && _isDisposed)
            {
                _wake.Dispose();
            }
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_sending)
        {
            while (!bytes.IsEmpty)
            {
                var count = _output.TryWrite(bytes);
                bytes = bytes[count..];
                if (count == 0 && !_wake.Writable(_output))
                {
                    throw new LinuxException("write", _output.Name, Errno.TimedOut);
                }
            }

            Volatile.Write(ref _lastSent, Stopwatch.GetTimestamp());
        }
    }

    private void ReadAll(Handler handle, Action<Exception?> ended)
    {
        Exception? cause = null;
        try
        {
            if (!_isGreeted)
            {
                SkipNoise();
            }

            ReadFrames(handle);
        }
        catch (Exception e) when (e is IOException or ProtocolException or Failure)
        {
            cause = e;
        }

        input.Dispose();
        Leave(ref _isRead);
        ended(cause);
    }

    private void SkipNoise()
    {
        Span<byte> bytes = stackalloc byte[Frame.Marker.Length];
        var begun = 0;

        // Never more than the marker still lacks: what follows it belongs to the first message.
        while (ReadSome(bytes[begun..]) is var count and > 0)
        {
            lock (_noise)
            {
                _noise.AddRange(bytes.Slice(begun, count));
                begun = Frame.MarkerPrefixLength(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_noise));
                if (_noise.Count - begun > Limits.MaxNoise)
                {
                    ProtocolException.Throw($"no answer from dmscp in the first {Limits.MaxNoise} bytes");
                }

                if (begun == Frame.Marker.Length)
                {
                    _noise.RemoveRange(_noise.Count - begun, begun);
                    _isGreeted = true;
                    Heard();
                    return;
                }
            }
        }
    }

    private void ReadFrames(Handler handle)
    {
        while (Read(_header))
        {
            var frame = Frame.Read(_header);
            if (frame.Length > _payload.Length)
            {
                _payload = new byte[frame.Length];
            }

            var payload = _payload.AsSpan(0, frame.Length);
            if (frame.Length > 0 && !Read(payload))
            {
                throw new IOException("the control channel ended inside a message");
            }

            frame.Verify(_header, payload);
            handle(frame.Type, payload);
        }
    }

    /// <summary>Fills the buffer; false at the end of the channel.</summary>
    private bool Read(Span<byte> buffer)
    {
        for (var done = 0; done < buffer.Length;)
        {
            var count = ReadSome(buffer[done..]);
            if (count == 0)
            {
                return done == 0 ? false : throw new IOException("the control channel ended inside a message");
            }

            done += count;
        }

        return true;
    }

    /// <summary>Returns how many bytes have come, as soon as any have; 0 at the end of the channel.</summary>
    private int ReadSome(Span<byte> buffer)
    {
        var count = _wake.Readable(input) ? input.Read(buffer) : 0;
        if (count > 0)
        {
            if (_isGreeted || !_hasSpoken)
            {
                Heard();
            }

            _hasSpoken = true;
        }

        return count;
    }
}

using System.Diagnostics;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Control messages over two descriptors: the ssh child's, or standard input and output of the server. Any thread may send. One thread reads and calls
/// the handler, which must not block. Giving up the channel releases a sender that waits for a peer that does not read.
/// </summary>
/// <param name="input">Owned by this object from here on.</param>
/// <param name="output">Owned by this object from here on.</param>
internal sealed class ControlChannel(Fd input, Fd output) : IDisposable
{
    private const int MaxQuote = 1000;

    /// <summary>Characters that escapes may add to a short text.</summary>
    private const int MostEscapes = 24;
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

    /// <summary>Time since the last byte. Before the marker, time since its first byte: other output is not a sign of life.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Volatile.Read(ref _lastHeard));

    /// <summary>Whether anything has arrived, even output of a login shell: the login has succeeded.</summary>
    public bool HasSpoken => _hasSpoken;

    /// <summary>Whether the peer's marker has arrived: the program runs there.</summary>
    public bool IsGreeted => _isGreeted;

    /// <summary>The output before the marker, formatted for a message.</summary>
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

    /// <summary>The start of unrelated output, formatted for a message; only its size if it is not text.</summary>
    public static string Shown(ReadOnlySpan<byte> bytes)
    {
        var text = RawText.Decode(bytes[..Math.Min(bytes.Length, MaxQuote)]).Trim().ReplaceLineEndings(" / ");
        var shown = RawText.Printable(text);
        return shown.Length <= text.Length + (text.Length / 2) + MostEscapes ? shown : $"{bytes.Length} bytes that are not text";
    }

    public delegate void Handler(MessageType type, ReadOnlySpan<byte> payload);

    /// <summary>Starts to read.</summary>
    /// <param name="handle">Called with every message.</param>
    /// <param name="ended">Called once at the end: with null, or the failure of the channel or the protocol.</param>
    public void Start(Handler handle, Action<Exception?> ended)
    {
        _isStarted = true;
        DataThread.Start("control", () => ReadAll(handle, ended));
    }

    /// <summary>Records a sign of life that was read before the channel started.</summary>
    public void NoteReceived() => Volatile.Write(ref _lastHeard, Stopwatch.GetTimestamp());

    /// <summary>Records that the marker was read before the channel was started.</summary>
    public void Greeted()
    {
        (_hasSpoken, _isGreeted) = (true, true);
        NoteReceived();
    }

    /// <summary>Sends the marker, which ends the output of a login shell.</summary>
    public void SendMarker() => Write(Frame.Marker);

    /// <summary>Forwards whole messages, from one thread only.</summary>
    public void SendRaw(ReadOnlySpan<byte> bytes) => Write(bytes);

    public void Send<T>(T message)
        where T : IMessage<T> => Write(Frame.Pack(message));

    /// <summary>Sends a message whose payload follows space for the header.</summary>
    public void SendInPlace(MessageType type, Span<byte> framed)
    {
        Frame.Seal(framed, type);
        Write(framed);
    }

    /// <summary>Sends a ping if nothing else has been sent for that long. Never blocks.</summary>
    public void PingIfIdle(Ping ping, TimeSpan idle)
    {
        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _lastSent)) < idle || !_sending.TryEnter())
        {
            return;
        }

        try
        {
            // A writable pipe takes at least a page.
            if (_wake.Writable(_output, 0))
            {
                _output.WriteAll(Frame.Pack(ping));
                Volatile.Write(ref _lastSent, Stopwatch.GetTimestamp());
            }
        }
        catch (LinuxException)
        {
            // The channel's reader detects its end.
        }
        finally
        {
            _sending.Exit();
        }
    }

    /// <summary>The peer is gone: no send waits for it any longer. Bytes that it accepts at once are still sent.</summary>
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

    /// <summary>Closes our side: the peer sees the end.</summary>
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

    /// <summary>The last user, reader or owner, frees the shared resources.</summary>
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

        // Reads no more than the marker still lacks: the next bytes belong to the first message.
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
                    NoteReceived();
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

    /// <summary>Returns the number of bytes received, as soon as there are any; 0 at the end of the channel.</summary>
    private int ReadSome(Span<byte> buffer)
    {
        var count = _wake.Readable(input) ? input.Read(buffer) : 0;
        if (count > 0)
        {
            if (_isGreeted || !_hasSpoken)
            {
                NoteReceived();
            }

            _hasSpoken = true;
        }

        return count;
    }
}

using Pipe.Linux;
using Pipe.Protocol;

namespace EndToEnd.Tests.BadInput;

/// <summary>One end of a control channel that says what a test wants, true or not.</summary>
internal sealed class ScriptedPeer(Fd input, Fd output) : IDisposable
{
    private bool _isGreeted;

    /// <summary>What the program said last of all, if it gave up.</summary>
    public Abort? Verdict { get; private set; }

    /// <summary>What it reported, if it did.</summary>
    public Report? Report { get; private set; }

    public void Dispose()
    {
        output.Dispose();
        input.Dispose();
    }

    /// <summary>Nothing more from here: the program sees the end.</summary>
    public void HangUp() => output.Dispose();

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        try
        {
            output.WriteAll(bytes);
        }
        catch (LinuxException)
        {
            // The program has heard enough.
        }
    }

    public void Greet()
    {
        Raw(Frame.Marker);
        Send(Hello.Ours("pipe 0"));
    }

    public void Send<T>(T message)
        where T : IMessage<T> => Raw(Frame.Pack(message));

    /// <summary>A message of any type and content, with a check that fits.</summary>
    public void Send(MessageType type, ReadOnlySpan<byte> payload)
    {
        var packed = new byte[Frame.Size + payload.Length];
        payload.CopyTo(packed.AsSpan(Frame.Size));
        Frame.Seal(packed, type);
        Raw(packed);
    }

    /// <summary>A block inside the control channel.</summary>
    public void Send(in BlockHeader header, ReadOnlySpan<byte> payload)
    {
        var block = new byte[BlockHeader.Size + payload.Length];
        header.Write(block);
        payload.CopyTo(block.AsSpan(BlockHeader.Size));
        Send(MessageType.Block, block);
    }

    /// <summary>Reads until a message of that kind comes. Fails the test if the program gives up or ends instead.</summary>
    public T Expect<T>()
        where T : IMessage<T>
    {
        while (Next() is var (type, payload))
        {
            if (type == T.Type)
            {
                return T.Read(payload);
            }
        }

        throw new Xunit.Sdk.XunitException($"the end instead of {T.Type}; given up: {Verdict}");
    }

    /// <summary>Reads until a message of that type comes, or to the end.</summary>
    public void Await(MessageType type)
    {
        while (Next() is var (next, _) && next != type)
        {
        }
    }

    /// <summary>Reads to the end.</summary>
    public void HearOut()
    {
        while (Next() is not null)
        {
        }
    }

    /// <summary>Waits for the marker and ignores anything before it.</summary>
    public void AwaitGreeting()
    {
        if (_isGreeted)
        {
            return;
        }

        _isGreeted = true;
        var seen = new List<byte>();
        var one = new byte[1];
        while (Fill(one))
        {
            seen.Add(one[0]);
            if (seen.Count >= Frame.Marker.Length && seen[^Frame.Marker.Length..].ToArray().AsSpan().SequenceEqual(Frame.Marker))
            {
                return;
            }
        }
    }

    private (MessageType Type, byte[] Payload)? Next()
    {
        AwaitGreeting();
        var header = new byte[Frame.Size];
        if (!Fill(header))
        {
            return null;
        }

        var frame = Frame.Read(header);
        var payload = new byte[frame.Length];
        if (!Fill(payload))
        {
            return null;
        }

        frame.Verify(header, payload);
        switch (frame.Type)
        {
            case MessageType.Abort:
                Verdict ??= Abort.Read(payload);
                break;
            case MessageType.Report:
                Report = Pipe.Protocol.Report.Read(payload);
                break;
            default:
                break;
        }

        return (frame.Type, payload);
    }

    private bool Fill(Span<byte> buffer)
    {
        for (var done = 0; done < buffer.Length;)
        {
            var count = input.Read(buffer[done..]);
            if (count == 0)
            {
                return false;
            }

            done += count;
        }

        return true;
    }
}

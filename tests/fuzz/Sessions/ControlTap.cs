using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Fuzz.Sessions;

/// <summary>Carries one direction of a control channel, and tampers with it on the way.</summary>
/// <param name="session">Knows what both directions have to share.</param>
/// <param name="from">Owned.</param>
/// <param name="to">Owned.</param>
/// <param name="random">Its own.</param>
/// <param name="fromInitiator">Which direction this is.</param>
internal sealed class ControlTap(Tapped session, Fd from, Fd to, Random random, bool fromInitiator)
{
    private readonly string _name = fromInitiator ? "initiator" : "responder";
    private byte[]? _held;
    private bool _isStalled;

    public void Run()
    {
        try
        {
            Carry();
        }
        catch (IOException)
        {
            // One of the two has gone.
        }

        // The other one shall see the end; who stalls lets it wait.
        if (_isStalled)
        {
            session.Ended.Wait();
        }

        from.Dispose();
        to.Dispose();
    }

    private void Carry()
    {
        var marker = new byte[Frame.Marker.Length];
        if (!Fill(marker))
        {
            return;
        }

        session.FirstByte(fromInitiator);
        if (Chance(5))
        {
            var noise = Mutator.RandomBytes(random, random.Next(random.Next(4) == 0 ? 80_000 : 300));
            Say($"noise of {noise.Length} bytes");
            to.WriteAll(noise);
        }

        to.WriteAll(Chance(20) ? Mutator.FlipBit(marker, random) : marker);
        var header = new byte[Frame.Size];
        while (Fill(header))
        {
            var frame = Frame.Read(header);
            var packed = new byte[Frame.Size + frame.Length];
            header.CopyTo(packed, 0);
            if (frame.Length > 0 && !Fill(packed.AsSpan(Frame.Size)))
            {
                return;
            }

            session.Look(frame.Type, packed.AsSpan(Frame.Size), fromInitiator);
            if (frame.Type == MessageType.Listening)
            {
                packed = Frame.Pack(session.Redirect(Listening.Read(packed.AsSpan(Frame.Size))));
            }

            if (!Pass(packed))
            {
                return;
            }
        }
    }

    /// <summary>False when this direction ends here.</summary>
    private bool Pass(byte[] packed)
    {
        if (random.Next(1000) >= session.Scenario.Harm)
        {
            Write(packed);
            return true;
        }

        var type = (MessageType)packed[4];
        switch (random.Next(16))
        {
            case 0:
                Say($"{type} dropped");
                return true;
            case 1:
                Say($"{type} twice");
                Write(packed);
                Write(packed);
                return true;
            case 2:
                Say($"{type} held back");
                (_held, packed) = (packed, _held ?? []);
                Write(packed);
                return true;
            case 3:
                Say($"{type} cut");
                Write(packed[..random.Next(packed.Length)]);
                return false;
            case 4:
                Say($"the end after {type}");
                Write(packed);
                return false;
            case 5:
                if (random.Next(4) == 0)
                {
                    Say($"silence after {type}");
                    _isStalled = true;
                    return false;
                }

                Write(packed);
                return true;
            case 6:
                Say($"{type} damaged");
                Write(Mutator.FlipBit(packed, random));
                return true;
            case 7:
                var again = random.Next(1, random.Next(3) == 0 ? 20_000 : 40);
                Say($"{type} {again} times");
                for (var i = 0; i < again; i++)
                {
                    Write(packed);
                }

                return true;
            case 8:
                Say($"{type} byte by byte");
                for (var i = 0; i < packed.Length && i < 300; i++)
                {
                    to.WriteAll(packed.AsSpan(i, 1));
                }

                to.WriteAll(packed.AsSpan(Math.Min(packed.Length, 300)));
                return true;
            case 9 or 10:
                Inject(session.Corpus.AnyFrame(random).Bytes);
                Write(packed);
                return true;
            case 11:
                var other = (MessageType)random.Next(1, random.Next(4) == 0 ? 256 : 14);
                Say($"{type} as {other}");
                Guarded(other, packed[Frame.Size..]);
                return true;
            default:
                Say($"{type} changed");
                Guarded(type, type == MessageType.Block && packed.Length >= Frame.Size + BlockHeader.Size ? ChangedBlock(packed[Frame.Size..]) : Mutator.Mutate(packed[Frame.Size..], random, session.Corpus));
                return true;
        }
    }

    private byte[] ChangedBlock(byte[] block)
    {
        if (random.Next(3) == 0)
        {
            return Mutator.Mutate(block, random, session.Corpus);
        }

        byte[] header = [.. Mutator.Mutate(block[..BlockHeader.Size], random, session.Corpus), .. new byte[BlockHeader.Size]];
        byte[] changed = [.. header[..BlockHeader.Size], .. block[BlockHeader.Size..]];
        if (random.Next(2) == 0 && block.Length > BlockHeader.Size)
        {
            changed = [.. block[..BlockHeader.Size], .. Mutator.FlipBit(block[BlockHeader.Size..], random)];
        }

        Wire.SealBlock(changed, random.Next(2) == 0 ? session.Scenario.Digest : DigestKind.None);
        return changed;
    }

    private void Inject(byte[] frame)
    {
        Say($"{(MessageType)frame[4]} out of nowhere");
        Guarded((MessageType)frame[4], frame[Frame.Size..]);
    }

    /// <summary>A frame of ours, with a check that fits. What it names must lie in this session's place.</summary>
    private void Guarded(MessageType type, byte[] payload)
    {
        Say($"  {type} {Convert.ToHexString(payload.AsSpan(0, Math.Min(payload.Length, 400)))}");
        session.Forged(type);
        try
        {
            payload = type switch
            {
                MessageType.Offer => Frame.Pack(session.Guarded(Offer.Read(payload)))[Frame.Size..],
                MessageType.Listening => Frame.Pack(session.Near(Listening.Read(payload)))[Frame.Size..],
                _ => payload,
            };
        }
        catch (ProtocolException)
        {
            // The receiver refuses the message, so its content does no harm.
        }

        Write(Wire.Seal(type, payload));
    }

    private void Write(byte[] packed)
    {
        if (packed.Length > 0)
        {
            to.WriteAll(packed);
        }
    }

    /// <summary>One in this many sessions is harmed.</summary>
    private bool Chance(int of) => session.Scenario.Harm > 0 && random.Next(of) == 0;

    private void Say(string what) => session.Log.Add($"{session.Time} {_name}: {what}");

    private bool Fill(Span<byte> buffer)
    {
        for (var done = 0; done < buffer.Length;)
        {
            var count = from.Read(buffer[done..]);
            if (count == 0)
            {
                return false;
            }

            done += count;
        }

        return true;
    }
}

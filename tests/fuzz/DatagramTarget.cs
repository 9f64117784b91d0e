using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Fuzz;

/// <summary>
/// Two ends of a datagram connection that exchange blocks, while each genuine datagram is followed by spoilt, repeated and random ones:
/// those are refused, and the blocks arrive. Every second case spoils what a peer with the secret says, before it is sealed: that ends
/// the connection with a <see cref="ProtocolException"/>, or does no harm.
/// </summary>
internal sealed class DatagramTarget(Corpus corpus) : ITarget
{
    private const int Block = 20_000;
    private const int Blocks = 6;
    private const int MostRounds = 5000;

    public string Name => "datagrams";

    public int AtOnce => 1;

    public void Play(Random random, Log log)
    {
        var terms = new DatagramTerms(new byte[Limits.SessionSize], Mutator.RandomBytes(random, Limits.SecretSize), 1, (Protection)random.Next(3))
        {
            MaxBlock = Block,
            Random = bytes => random.NextBytes(bytes),
        };
        using var near = DatagramLink.Connect(terms, 0);
        using var far = DatagramLink.Listen(terms, 0);
        var sender = new DatagramSender(near, terms, new FixedControl(100_000_000, terms.Datagram));
        var receiver = new DatagramReceiver(far, terms, slots: 4);
        log.Add($"{terms.Protection}");
        try
        {
            Exchange(sender, receiver, random, random.Next(2) == 0);
        }
        catch (ProtocolException)
        {
            // The right end for a peer that has the secret and talks nonsense.
        }
    }

    private void Exchange(DatagramSender sender, DatagramReceiver receiver, Random random, bool spoilsTexts)
    {
        var batch = new DatagramSegment[DatagramLimits.MaxBatch];
        var buffer = new byte[DatagramLimits.MaxDatagram];
        var block = new byte[Block];
        var finished = 0;
        var now = 1L;
        for (var round = 0; finished < Blocks; round++, now += 500_000)
        {
            if (round > MostRounds)
            {
                if (spoilsTexts)
                {
                    return;
                }

                throw new Finding($"{finished} of {Blocks} blocks after {MostRounds} rounds");
            }

            sender.OnTimeout(now);
            while (sender.CanSubmit && sender.Outstanding + finished < Blocks)
            {
                sender.Submit(Block);
            }

            while (sender.Control(now, buffer, out _) is var length && length > 0)
            {
                ToReceiver(buffer[..length]);
            }

            for (var count = sender.NextBatch(now, batch); count > 0; count = sender.NextBatch(now, batch))
            {
                foreach (var segment in batch.AsSpan(0, count))
                {
                    ToReceiver(buffer[..sender.Link.WriteData(segment, block.AsSpan(segment.Offset, segment.Length), buffer)]);
                }
            }

            while (receiver.Control(now, buffer, out _) is var length && length > 0)
            {
                ToSender(buffer[..length]);
            }

            while (sender.TryTakeFinished(out _))
            {
                finished++;
            }

            if (spoilsTexts && random.Next(20) == 0 && sender.Link.IsOpen && receiver.Link.IsOpen)
            {
                var type = (DatagramType)random.Next((int)DatagramType.Data, (int)DatagramType.Close + 1);
                ToSender(Nonsense(receiver.Link, random, type, buffer));
            }
        }

        void ToReceiver(byte[] datagram)
        {
            Take(datagram, receiver.Link, random, one =>
            {
                if (receiver.OnDatagram(one, 1, now, out var fragment) && fragment.Completes)
                {
                    receiver.Finish(fragment.Slot, isDamaged: false, now);
                }
            });
        }

        void ToSender(byte[] datagram) => Take(datagram, sender.Link, random, one => sender.OnDatagram(one, 1, now));
    }

    /// <summary>Delivers a genuine datagram, and then what must be refused.</summary>
    private void Take(byte[] datagram, DatagramLink link, Random random, Action<byte[]> deliver)
    {
        deliver([.. datagram]);
        if (!link.IsOpen)
        {
            return;
        }

        // Its number is known by now, so the payload in the clear, which nothing guards here, does not matter either.
        byte[][] others = [[.. datagram], Mutator.FlipBit(datagram, random), Mutator.Mutate(datagram, random, corpus), Mutator.RandomBytes(random, random.Next(2000))];
        foreach (var other in others)
        {
            var before = StateOf(link);
            deliver(other);
            if (before != StateOf(link))
            {
                throw new Finding($"a datagram that is not genuine was taken: {Convert.ToHexString(other)}");
            }
        }
    }

    private static (DatagramState State, ulong Path, ulong Largest) StateOf(DatagramLink link) =>
        (link.State, link.Path, link.Received.IsEmpty ? 0 : link.Received.Largest);

    private byte[] Nonsense(DatagramLink link, Random random, DatagramType type, byte[] buffer)
    {
        var text = Mutator.Mutate(corpus.AnyDatagram(random).Bytes, random, corpus);
        var length = Math.Min(text.Length, DatagramLimits.MinDatagram);
        text.AsSpan(0, length).CopyTo(buffer.AsSpan(DatagramHeader.Size));
        return buffer[..link.Seal(type, buffer, length)];
    }
}

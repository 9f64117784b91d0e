using System.Diagnostics;
using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Fuzz;

/// <summary>Every decoder, fed with spoilt vectors: a value or a <see cref="ProtocolException"/> comes out, at a bounded cost.</summary>
internal sealed class DecoderTarget(Corpus corpus) : ITarget
{
    private const int AllocatedAtMost = 256 * 1024;
    private const int AllocatedAtMostPerByte = 64;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(2);

    private static readonly Action<byte[]>[] Decoders =
    [
        bytes => Rewrite(Hello.Read(bytes)),
        bytes => Rewrite(Offer.Read(bytes)),
        bytes => Rewrite(Accept.Read(bytes)),
        bytes => Rewrite(Listening.Read(bytes)),
        bytes => Rewrite(Widen.Read(bytes)),
        bytes => Rewrite(LaneAck.Read(bytes)),
        bytes => Rewrite(End.Read(bytes)),
        bytes => Rewrite(Report.Read(bytes)),
        bytes => Rewrite(Abort.Read(bytes)),
        bytes => Rewrite(Resume.Read(bytes)),
        bytes => Rewrite(Resumed.Read(bytes)),
        bytes => Rewrite(Bye.Read(bytes)),
        bytes => Rewrite(Ping.Read(bytes)),
        bytes => Rewrite(Remark.Read(bytes)),
        bytes => Rewrite(Waiting.Read(bytes)),
        bytes => Rewrite(Want.Read(bytes)),
        bytes => Rewrite(Have.Read(bytes)),
        bytes => Rewrite(Reach.Read(bytes)),
        bytes => Rewrite(Reached.Read(bytes)),
        bytes => Rewrite(Transports.Read(bytes)),
        bytes => Rewrite(DatagramPolicy.Read(bytes)),
        bytes => Rewrite(Limited.Read(bytes)),
        bytes => Rewrite(Demand.Read(bytes)),
        bytes => Rewrite(Feed.Read(bytes)),
        bytes => Rewrite(Unfeed.Read(bytes)),
        bytes => Rewrite(Draw.Read(bytes)),
        bytes => Rewrite(Held.Read(bytes)),
        bytes => Rewrite(Unfed.Read(bytes)),
        bytes => Rewrite(Fault.Read(bytes)),
        bytes => _ = NbdGo.Read(bytes).Write(),
        bytes => _ = NbdMetaQueries.Read(bytes).Write(),
        bytes => _ = NbdExportInfo.Read(bytes),
        bytes => _ = NbdGreeting.Read(Fixed(bytes, NbdGreeting.Size)),
        bytes => _ = NbdOptionHeader.Read(Fixed(bytes, NbdOptionHeader.Size)),
        bytes => _ = NbdOptionReply.Read(Fixed(bytes, NbdOptionReply.Size)),
        bytes => _ = NbdRequest.Read(Fixed(bytes, NbdRequest.Size)),
        bytes => _ = NbdSimpleReply.Read(Fixed(bytes, NbdSimpleReply.Size)),
        bytes => _ = NbdChunk.Read(Fixed(bytes, NbdChunk.Size)),
        bytes => _ = DatagramAck.Read(bytes),
        bytes => _ = DatagramCredit.Read(bytes),
        bytes => _ = DatagramFloor.Read(bytes),
        bytes => _ = DatagramToken.Read(bytes),
        bytes => _ = DatagramClose.Read(bytes),
        ReadTree,
        ReadTree,
        bytes => _ = BlockHeader.Read(bytes, Limits.MaxBlock).Fingerprint,
        bytes => _ = BlockHeader.IsIntact(Fixed(bytes, BlockHeader.Size)),
        bytes => _ = BlockHeader.Read(Resealed(bytes), Limits.MinBlock).Fingerprint,
        bytes => LaneHello.Read(Fixed(bytes, LaneHello.Size)).Write(new byte[LaneHello.Size]),
        ReadFrame,
        OpenRecord,
        bytes => RoundTrip(bytes),
    ];

    public string Name => "decoders";

    public int AtOnce => 1;

    public void Play(Random random, Log log)
    {
        for (var i = 0; i < 200; i++)
        {
            var seed = corpus.Any(random);
            var body = seed.IsFrame && random.Next(3) > 0 ? seed.Bytes[Frame.Size..] : seed.Bytes;
            Try(Mutator.Mutate(body, random, corpus), random.Next(Decoders.Length), seed.Name, log);
        }
    }

    private static void Try(byte[] bytes, int decoder, string name, Log log)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        try
        {
            Decoders[decoder](bytes);
        }
        catch (ProtocolException e)
        {
            CheckText(e.Message);
        }
        catch
        {
            log.Add($"decoder {decoder}, made of {name}: {Convert.ToHexString(bytes)}");
            throw;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > AllocatedAtMost + ((long)bytes.Length * AllocatedAtMostPerByte) || Stopwatch.GetElapsedTime(start) > AtMost)
        {
            log.Add($"decoder {decoder}, made of {name}: {Convert.ToHexString(bytes)}");
            throw new Finding($"{bytes.Length} bytes cost {allocated} bytes and {Stopwatch.GetElapsedTime(start)}");
        }
    }

    private static void CheckText(string text)
    {
        if (text.Length > 1000)
        {
            throw new Finding("an error of more than 1000 characters");
        }
    }

    /// <summary>What was read can be written, and reads the same again.</summary>
    private static void Rewrite<T>(T message)
        where T : IMessage<T>
    {
        var first = new WireWriter();
        message.Write(first);
        var second = new WireWriter();
        T.Read(first.Written).Write(second);
        if (!first.Written.SequenceEqual(second.Written))
        {
            throw new Finding($"{T.Type}: what was written reads differently");
        }
    }

    private static void ReadFrame(byte[] bytes)
    {
        var header = Fixed(bytes, Frame.Size);
        var frame = Frame.Read(header);
        frame.Verify(header, bytes.AsSpan(Math.Min(bytes.Length, Frame.Size)));
    }

    /// <summary>What entries are read from a block are written as they were.</summary>
    private static void ReadTree(byte[] bytes)
    {
        for (ReadOnlySpan<byte> rest = bytes; !rest.IsEmpty;)
        {
            var before = rest;
            var entry = TreeEntry.Read(ref rest);
            var written = new byte[entry.OverheadSize + entry.Data.Length];
            entry.Data.CopyTo(written.AsSpan(entry.Write(written, entry.Data.Length)));
            if (!before.StartsWith(written))
            {
                throw new Finding("an entry of a tree is written differently");
            }
        }
    }

    private static void OpenRecord(byte[] bytes)
    {
        var (one, other) = LaneSeal.Derive(new byte[Limits.SecretSize], new byte[LaneHello.Size], new byte[LaneHello.NonceSize], bytes.Length % 2 == 0 ? Protection.Encrypt : Protection.Authenticate);
        using (one)
        using (other)
        {
            if (one.TryOpen(Fixed(bytes, Math.Max(bytes.Length, LaneSeal.Overhead))))
            {
                throw new Finding("a record that nobody sealed");
            }
        }
    }

    private static void RoundTrip(byte[] bytes)
    {
        var text = RawText.Decode(bytes);
        if (!RawText.Encode(text).AsSpan().SequenceEqual(bytes))
        {
            throw new Finding("bytes that do not survive as text");
        }

        if (RawText.Printable(text).Any(c => char.IsControl(c) || char.IsSurrogate(c) && !text.Contains(c, StringComparison.Ordinal)))
        {
            throw new Finding("a control character that is shown");
        }
    }

    private static byte[] Fixed(byte[] bytes, int size)
    {
        var cut = bytes.Length > size ? bytes[..size] : [.. bytes];
        Array.Resize(ref cut, size);
        return cut;
    }

    /// <summary>With a check that fits, so that what is behind it is looked at.</summary>
    private static byte[] Resealed(byte[] bytes)
    {
        var header = Fixed(bytes, BlockHeader.Size);
        Wire.SealHeader(header);
        return header;
    }
}

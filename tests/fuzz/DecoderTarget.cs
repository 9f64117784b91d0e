using System.Diagnostics;
using System.Globalization;
using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Fuzz;

/// <summary>Every decoder, fed with spoilt vectors: a value or a <see cref="ProtocolException"/> comes out, at a bounded cost.</summary>
internal sealed class DecoderTarget(Corpus corpus) : ITarget
{
    private const int MostKept = 2000;
    private const int LongestKept = 64 * 1024;
    private const int AllocatedAtMost = 256 * 1024;
    private const int AllocatedAtMostPerByte = 64;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(2);

    private static readonly Decoder[] Decoders =
    [
        new("hello", bytes => Rewrite(Hello.Read(bytes))),
        new("offer", bytes => Rewrite(Offer.Read(bytes))),
        new("accept", bytes => Rewrite(Accept.Read(bytes))),
        new("listening", bytes => Rewrite(Listening.Read(bytes))),
        new("widen", bytes => Rewrite(Widen.Read(bytes))),
        new("lane ack", bytes => Rewrite(LaneAck.Read(bytes))),
        new("end", bytes => Rewrite(End.Read(bytes))),
        new("report", bytes => Rewrite(Report.Read(bytes))),
        new("abort", bytes => Rewrite(Abort.Read(bytes))),
        new("resume", bytes => Rewrite(Resume.Read(bytes))),
        new("resumed", bytes => Rewrite(Resumed.Read(bytes))),
        new("bye", bytes => Rewrite(Bye.Read(bytes))),
        new("ping", bytes => Rewrite(Ping.Read(bytes))),
        new("warning", bytes => Rewrite(Warning.Read(bytes))),
        new("waiting", bytes => Rewrite(Waiting.Read(bytes))),
        new("want", bytes => Rewrite(Want.Read(bytes))),
        new("have", bytes => Rewrite(Have.Read(bytes))),
        new("reach", bytes => Rewrite(Reach.Read(bytes))),
        new("reached", bytes => Rewrite(Reached.Read(bytes))),
        new("transports", bytes => Rewrite(Transports.Read(bytes))),
        new("datagrampolicy", bytes => Rewrite(DatagramPolicy.Read(bytes))),
        new("limited", bytes => Rewrite(Limited.Read(bytes))),
        new("space", bytes => Rewrite(Space.Read(bytes))),
        new("paused", bytes => Rewrite(Paused.Read(bytes))),
        new("demand", bytes => Rewrite(Demand.Read(bytes))),
        new("feed", bytes => Rewrite(Protocol.Feed.Read(bytes))),
        new("unfeed", bytes => Rewrite(Unfeed.Read(bytes))),
        new("draw", bytes => Rewrite(Draw.Read(bytes))),
        new("held", bytes => Rewrite(Held.Read(bytes))),
        new("unfed", bytes => Rewrite(Unfed.Read(bytes))),
        new("fault", bytes => Rewrite(Fault.Read(bytes))),
        new("haveranges", bytes => Rewrite(HaveRanges.Read(bytes))),
        new("total", bytes => Rewrite(Total.Read(bytes))),
        new("nbd go", bytes => _ = NbdGo.Read(bytes).Write()),
        new("nbd queries", bytes => _ = NbdMetaQueries.Read(bytes).Write()),
        new("nbd export", bytes => _ = NbdExportInfo.Read(bytes)),
        new("nbd greeting", bytes => _ = NbdGreeting.Read(Fixed(bytes, NbdGreeting.Size))),
        new("nbd option", bytes => _ = NbdOptionHeader.Read(Fixed(bytes, NbdOptionHeader.Size))),
        new("nbd option reply", bytes => _ = NbdOptionReply.Read(Fixed(bytes, NbdOptionReply.Size))),
        new("nbd request", bytes => _ = NbdRequest.Read(Fixed(bytes, NbdRequest.Size))),
        new("nbd simple reply", bytes => _ = NbdSimpleReply.Read(Fixed(bytes, NbdSimpleReply.Size))),
        new("nbd chunk", bytes => _ = NbdChunk.Read(Fixed(bytes, NbdChunk.Size))),
        new("datagram ack", bytes => _ = DatagramAck.Read(bytes)),
        new("datagram credit", bytes => _ = DatagramCredit.Read(bytes)),
        new("datagram floor", bytes => _ = DatagramFloor.Read(bytes)),
        new("datagram token", bytes => _ = DatagramToken.Read(bytes)),
        new("datagram close", bytes => _ = DatagramClose.Read(bytes)),
        new("tree block", ReadTree),
        new("block header", bytes => _ = BlockHeader.Read(bytes, Limits.MaxBlock).Fingerprint),
        new("block header", bytes => _ = BlockHeader.IsIntact(Fixed(bytes, BlockHeader.Size))),
        new("block header", bytes => _ = BlockHeader.Read(Resealed(bytes), Limits.MinBlock).Fingerprint),
        new("lane hello", bytes => LaneHello.Read(Fixed(bytes, LaneHello.Size)).Write(new byte[LaneHello.Size])),
        new("frame", ReadFrame),
        new("record", OpenRecord),
        new("text", RoundTrip),
    ];

    public string Name => "decoders";

    public int AtOnce => 1;

    public int CasesInRound => 200;

    /// <summary>The rate of each decoder, in the time that it was played.</summary>
    public IEnumerable<string> Summary => Decoders.Select(static one => one.Line).Append(Coverage.IsOn ? $"guided by coverage: {Decoders.Sum(static one => one.Kept.Count)} cases reached something new" : "not guided by coverage");

    public void Play(Random random, Log log)
    {
        var decoder = Decoders[random.Next(Decoders.Length)];
        var start = Stopwatch.GetTimestamp();
        var played = 0;
        try
        {
            while (played < CasesInRound)
            {
                played++;
                var (bytes, name) = Pick(decoder, random);
                Try(Mutator.Mutate(bytes, random, corpus), decoder, name, log);
            }
        }
        finally
        {
            decoder.Count(played, Stopwatch.GetElapsedTime(start));
        }
    }

    /// <summary>Plays a case that <see cref="Blame"/> recorded.</summary>
    public void Replay(string recorded, Log log)
    {
        var parts = recorded.Split(' ');
        Try(Convert.FromHexString(parts[1]), Decoders[int.Parse(parts[0], CultureInfo.InvariantCulture)], "the recorded case", log);
    }

    /// <summary>Records a case: many are made of earlier ones, and their seeds do not make them again.</summary>
    private static void Blame(Decoder decoder, byte[] bytes, string name, Log log)
    {
        var packed = Convert.ToHexString(bytes);
        log.Case = $"{Array.IndexOf(Decoders, decoder)} {packed}";
        log.Add($"decoder {decoder.Name}, made of {name}: {packed}");
    }

    /// <summary>A case that reached something new, else mostly a vector of that decoder, which gets further than any other.</summary>
    private (byte[] Bytes, string Name) Pick(Decoder decoder, Random random)
    {
        if (decoder.Kept.Count > 0 && random.Next(2) == 0)
        {
            return (decoder.Kept[random.Next(decoder.Kept.Count)], "a case of this run");
        }

        var seed = random.Next(4) > 0 ? corpus.AnyOf(decoder.Name, random) : corpus.Any(random);
        return (seed.IsFrame && random.Next(8) > 0 ? seed.Bytes[Frame.Size..] : seed.Bytes, seed.Name);
    }

    private static void Try(byte[] bytes, Decoder decoder, string name, Log log)
    {
        Coverage.Begin();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        try
        {
            decoder.Read(bytes);
        }
        catch (ProtocolException e)
        {
            CheckText(e.Message);
        }
        catch
        {
            Blame(decoder, bytes, name, log);
            throw;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > AllocatedAtMost + ((long)bytes.Length * AllocatedAtMostPerByte) || Stopwatch.GetElapsedTime(start) > AtMost)
        {
            Blame(decoder, bytes, name, log);
            throw new Finding($"{decoder.Name}: {bytes.Length} bytes cost {allocated} bytes and {Stopwatch.GetElapsedTime(start)}");
        }

        if (Coverage.IsOn && bytes.Length <= LongestKept && decoder.Kept.Count < MostKept && Coverage.HasGrown())
        {
            decoder.Kept.Add(bytes);
        }
    }

    private static void CheckText(string text)
    {
        if (text.Length > 1000)
        {
            throw new Finding("an error of more than 1000 characters");
        }
    }

    /// <summary>Decoded messages can be encoded, and decode to the same again.</summary>
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

    /// <summary>Entries read from a block are written back unchanged.</summary>
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
                throw new Finding("a record without a valid seal");
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

    /// <summary>With a valid check, so that the bytes after it are examined.</summary>
    private static byte[] Resealed(byte[] bytes)
    {
        var header = Fixed(bytes, BlockHeader.Size);
        Wire.SealHeader(header);
        return header;
    }

    /// <summary>A decoder.</summary>
    /// <param name="Name">Whose vectors it reads.</param>
    /// <param name="Read">Reads bytes and throws, if anything, a <see cref="ProtocolException"/>.</param>
    private sealed record Decoder(string Name, Action<byte[]> Read)
    {
        private long _cases;
        private TimeSpan _time;

        /// <summary>Cases of this run that reached something new.</summary>
        public List<byte[]> Kept { get; } = [];

        public string Line => string.Create(CultureInfo.InvariantCulture, $"{Name}: {_cases} cases, {(_time > TimeSpan.Zero ? _cases / _time.TotalSeconds : 0):0} a second");

        public void Count(int cases, TimeSpan time) => (_cases, _time) = (_cases + cases, _time + time);
    }
}

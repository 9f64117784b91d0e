namespace Pipe.Protocol.Tests;

/// <summary>One fixed value of everything on the wire: the examples of the page, and the seeds of the vectors.</summary>
internal static class Samples
{
    private const long Offset = 4096;

    public static byte[] Payload { get; } = "pipe"u8.ToArray();

    public static byte[] Session { get; } = Count(0x10, Limits.SessionSize);

    public static byte[] Secret { get; } = Count(0x20, Limits.SecretSize);

    public static byte[] ConnectorNonce { get; } = Count(0x60, LaneHello.NonceSize);

    public static byte[] ListenerNonce { get; } = Count(0x80, LaneHello.NonceSize);

    public static Hello Hello { get; } = new(1, 1, 0, "dmscp 0.1.0");

    public static Terms Unknown { get; } = new(-1, Terms.NoMode, 1 << 20, 0);

    public static Terms Window { get; } = new(-1, Terms.NoMode, 1 << 20, 16);

    public static Terms Source { get; } = new(6, 0x1A4, 1 << 20, 0);

    public static Offer Offer { get; } = new(
        Session, Secret, Role.Receiver, Resource.File("/archive", "name"), DigestKind.XxHash3, false, Protection.Clear, ConnectMode.Auto, "", 4, 32, 0, 0, 0, 0, 60, 0, null, Source);

    public static Offer ArchiveOffer { get; } = Offer with
    {
        Resource = Resource.Archive(["/archive", "/second"], "name"),
        PatienceSeconds = 36000,
        Archiving = new Archiving { Flags = ArchivingFlags.Migrate, Fragment = 1L << 31, System = "dmf", Made = "pipe 0.1.0" },
    };

    public static Offer ChainOffer { get; } = Offer with { Role = Role.Node, Chaining = new Chaining(Resumes: true, ReadsAgain: true, Memory: 32 << 20) };

    public static Accept Accept { get; } = new(Window);

    /// <summary>Two fragments are there already.</summary>
    public static Accept AcceptKept { get; } = new(Window, [new KeptFragment(4096, 0x0123456789ABCDEF), new KeptFragment(1L << 31, 0xFEDCBA9876543210)]);

    public static Waiting Waiting { get; } = new("/archive/name.000003: no space left on device; 0 bytes free");

    public static Listening Listening { get; } = new(41000, ["192.0.2.7", "2001:db8::7"]);

    public static Transports Transports { get; } = new(["udp", Protocol.Transports.Tcp]);

    public static DatagramPolicy DatagramPolicy { get; } = new(DatagramPace.Fixed, 50_000_000, 1400, 64 << 20);

    public static Limited Limited { get; } = new(Bottleneck.Sink);
    public static Space Space { get; } = new(3L << 30);
    public static Paused Paused { get; } = new(Limits.MaxPauseSeconds);

    public static Widen Widen { get; } = new(4);

    public static BlockHeader Block { get; } = BlockHeader.Data(Offset, Payload.Length, 1, Digest.Of(DigestKind.XxHash3, Payload, Offset));

    public static BlockHeader Hole { get; } = BlockHeader.Hole(Offset + Payload.Length, 1 << 20, 2);

    public static LaneAck Consumed { get; } = new(AckKind.Consumed, 5);

    public static LaneAck Damaged { get; } = new(AckKind.Damaged, 5);

    public static End End { get; } = new(Offset + Payload.Length, 2, 0x0123456789ABCDEF, new WideDigest(1, 2));

    public static Report Report { get; } = new(Offset + Payload.Length, 1);

    /// <summary>A directory with a file in it.</summary>
    public static Entry[] TreeBlock { get; } = [Entry.Directory("dir"), Entry.File("dir/name", Payload)];

    public static Abort Abort { get; } = new(ExitCode.NoSpace, "/archive/name: no space left on device", "");

    public static Ping Ping { get; } = new(1 << 20, 3, 1_000_000);

    public static Total Total { get; } = new(16_577, 696_254_464);

    public static Warning Warning { get; } = new("some files changed while they were read");

    public static LaneHello LaneHello { get; } = new(1, Protection.Clear, Session, ConnectorNonce);

    public static KeeperRequest KeeperRequest { get; } = new(KeeperRequestKind.Take, 60, new Digest(0x0706050403020100, 0x0f0e0d0c0b0a0908, 0, 0));

    public static Want Want { get; } = new(1, "dir\0file");

    /// <summary>A file of 4 bytes that the target has.</summary>
    public static Have Have { get; } = new(1, (Entry.File("dir/name", Payload) with { Kind = EntryKind.Digests, Mode = 0, Data = PieceDigest.Of(Payload) }).Packed);

    /// <summary>Two pieces, of which the second is short.</summary>
    public static HaveRanges HaveRanges { get; } = new(1 << 20, 0, (1 << 20) + Payload.Length, [.. PieceDigest.Of(new byte[1 << 20]), .. PieceDigest.Of(Payload)]);

    /// <summary>A region at 1 MiB.</summary>
    public static Demand Demand { get; } = new(DemandKind.Miss, 1 << 20, 64 << 10);

    public static BlockHeader Kept { get; } = BlockHeader.Kept(1 << 20, Payload.Length, 1, PieceDigest.InBlock(PieceDigest.Of(Payload)));

    public static Reach Reach { get; } = new(Session, Secret, Listening);

    public static Feed Feed { get; } = new(7, Session, Secret, Listening);

    public static Unfeed Unfeed { get; } = new(7);

    public static Draw Draw { get; } = new(7);

    /// <summary>A range of this run, and one of an earlier run.</summary>
    public static Held Held { get; } = new(7, IsLast: false, [new HeldRange(HeldKind.Stored, 0, 1 << 20), new HeldRange(HeldKind.Present, 2 << 20, 1 << 20)]);

    public static Unfed Unfed { get; } = new(7, "192.0.2.7 port 41000: connection refused");

    /// <summary>No space is left.</summary>
    public static Fault Fault { get; } = new(1 << 20, 28);

    public static Reached Reached { get; } = new("");

    /// <summary>The bytes of the examples, by the title of the subsection.</summary>
    public static IReadOnlyList<(string Title, byte[][] Examples)> All { get; } =
    [
        ("Noise and marker", [Frame.Marker.ToArray()]),
        ("Hello", [Frame.Pack(Hello)]),
        ("Offer", [Frame.Pack(Offer)]),
        ("Archiving", [Packed(ArchiveOffer.Archiving!)]),
        ("Chaining", [Packed(ChainOffer.Chaining!.Value)]),
        ("Accept", [Frame.Pack(AcceptKept)]),
        ("Listening", [Frame.Pack(Listening)]),
        ("Widen", [Frame.Pack(Widen)]),
        ("Block", [PackBlock(Block, Payload)]),
        ("Ack", [Frame.Pack(Consumed)]),
        ("End", [Frame.Pack(End)]),
        ("Report", [Frame.Pack(Report)]),
        ("Abort", [Frame.Pack(Abort)]),
        ("Resume", [Frame.Pack(Resume.Of(Session, Secret))]),
        ("Resumed", [Frame.Pack(default(Resumed))]),
        ("Bye", [Frame.Pack(default(Bye))]),
        ("Want", [Frame.Pack(Want)]),
        ("Have", [Frame.Pack(Have)]),
        ("Reach", [Frame.Pack(Reach)]),
        ("Reached", [Frame.Pack(Reached)]),
        ("HaveRanges", [Frame.Pack(HaveRanges)]),
        ("Demand", [Frame.Pack(Demand)]),
        ("Feed", [Frame.Pack(Feed)]),
        ("Unfeed", [Frame.Pack(Unfeed)]),
        ("Draw", [Frame.Pack(Draw)]),
        ("Held", [Frame.Pack(Held)]),
        ("Unfed", [Frame.Pack(Unfed)]),
        ("Fault", [Frame.Pack(Fault)]),
        ("Ping", [Frame.Pack(Ping)]),
        ("Warning", [Frame.Pack(Warning)]),
        ("Waiting", [Frame.Pack(Waiting)]),
        ("Total", [Frame.Pack(Total)]),
        ("Transports", [Frame.Pack(Transports)]),
        ("DatagramPolicy", [Frame.Pack(DatagramPolicy)]),
        ("Limited", [Frame.Pack(Limited)]),
        ("Paused", [Frame.Pack(Paused)]),
        ("Space", [Frame.Pack(Space)]),
        ("LaneHello", [Packed(LaneHello)]),
        ("LaneProof", [Answer(), LaneProof.OfConnector(Secret, Packed(LaneHello), ListenerNonce)]),
        ("LaneSeal", [Record(Protection.Authenticate), Record(Protection.Encrypt), AckRecord()]),
        ("BlockHeader", [[.. Packed(Block), .. Payload], Packed(Hole), Packed(Kept), Packed(BlockHeader.Leave)]),
        ("Digest", [.. new[] { DigestKind.XxHash3, DigestKind.Crc32C, DigestKind.Sha256 }.Select(kind => Packed(Digest.Of(kind, Payload, Offset)))]),
        ("LaneAck", [Packed(Consumed), Packed(Damaged)]),
        ("SpareWord", [new SpareWord(SpareWordKind.Ping, 7).Packed(), new SpareWord(SpareWordKind.Pong, 7).Packed(), new SpareWord(SpareWordKind.Call, 0).Packed()]),
        ("KeeperRequest", [KeeperRequest.Packed()]),
        ("KeeperAnswer", [new KeeperAnswer(KeeperAnswerKind.Given).Packed(), new KeeperAnswer(KeeperAnswerKind.Ended, Signal: 9).Packed()]),
        ("TreeEntry", [[.. TreeBlock.SelectMany(entry => entry.Packed)]]),
    ];

    public static byte[] PackBlock(BlockHeader header, ReadOnlySpan<byte> payload) =>
        Sealed(MessageType.Block, [.. Packed(header), .. payload]);

    /// <summary>A frame around any payload, with the right check.</summary>
    public static byte[] Sealed(MessageType type, ReadOnlySpan<byte> payload)
    {
        byte[] packed = [.. new byte[Frame.Size], .. payload];
        Frame.Seal(packed, type);
        return packed;
    }

    public static byte[] Payloads<T>(T message)
        where T : IMessage<T>
    {
        var to = new WireWriter();
        message.Write(to);
        return to.Written.ToArray();
    }

    public static byte[] Packed(BlockHeader header)
    {
        var packed = new byte[BlockHeader.Size];
        header.Write(packed);
        return packed;
    }

    public static byte[] Packed(Archiving archiving)
    {
        var to = new WireWriter();
        archiving.Write(to);
        return to.Written.ToArray();
    }

    public static byte[] Packed(Chaining chaining)
    {
        var to = new WireWriter();
        chaining.Write(to);
        return to.Written.ToArray();
    }

    public static byte[] Packed(LaneHello hello)
    {
        var packed = new byte[LaneHello.Size];
        hello.Write(packed);
        return packed;
    }

    public static byte[] Packed(LaneAck ack)
    {
        var packed = new byte[LaneAck.Size];
        ack.Write(packed.AsSpan());
        return packed;
    }

    public static byte[] Packed(Digest digest)
    {
        var packed = new byte[Digest.Size];
        digest.Write(packed);
        return packed;
    }

    /// <summary>The seals of both directions of a connection that greets with the nonces of the examples.</summary>
    public static (LaneSeal FromConnector, LaneSeal FromListener) Seals(Protection protection) =>
        LaneSeal.Derive(Secret, Packed(LaneHello with { Protection = protection }), ListenerNonce, protection);

    /// <summary>The next record of a direction.</summary>
    public static byte[] Sealed(LaneSeal seal, ReadOnlySpan<byte> text)
    {
        byte[] room = [.. new byte[LaneSeal.PrefixSize], .. text, .. new byte[LaneSeal.TagSize]];
        var record = new byte[room.Length];
        text.CopyTo(record.AsSpan(LaneSeal.PrefixSize));
        seal.Seal(seal.Enciphers ? room : record, record);
        return record;
    }

    private static byte[] Record(Protection protection) => Sealed(Seals(protection).FromConnector, [.. Packed(Block), .. Payload]);

    private static byte[] AckRecord() => Sealed(Seals(Protection.Encrypt).FromListener, Packed(Consumed));

    private static byte[] Answer() => [.. ListenerNonce, .. LaneProof.OfListener(Secret, Packed(LaneHello), ListenerNonce)];

    private static byte[] Count(int from, int count) => [.. Enumerable.Range(from, count).Select(i => (byte)i)];
}

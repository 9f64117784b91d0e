using FsCheck;
using FsCheck.Fluent;

namespace Pipe.Protocol.Tests;

/// <summary>Random values of everything on the wire, within their limits, and random bytes.</summary>
internal static class Wire
{
    /// <summary>Short and long, sparse and dense, with and without meaning.</summary>
    public static Gen<byte[]> Bytes { get; } = Gen.OneOf(
        ArbMap.Default.GeneratorFor<byte[]>(),
        from length in Gen.Choose(0, 300)
        from bytes in ArbMap.Default.GeneratorFor<byte>().ArrayOf(length)
        select bytes,
        from length in Gen.Choose(0, 300)
        from bytes in Gen.Frequency((6, Gen.Constant((byte)0)), (1, Gen.Constant((byte)1)), (1, Gen.Choose(0, 255).Select(i => (byte)i))).ArrayOf(length)
        select bytes);

    /// <summary>A text as it comes from the system: any bytes.</summary>
    public static Gen<string> Text { get; } = Bytes.Select(bytes => RawText.Decode(bytes));

    public static Gen<string> Name { get; } = Bytes.Select(bytes => RawText.Decode([.. bytes.Where(b => b != 0)]));

    public static Gen<string> ShortText { get; } = Bytes.Select(bytes => RawText.Decode(bytes.AsSpan(0, Math.Min(bytes.Length, Limits.MaxShortText))));

    /// <summary>0 to 2^63-1, the ends often.</summary>
    public static Gen<long> Size { get; } = Gen.OneOf(
        Gen.Elements(0L, 1L, long.MaxValue, long.MaxValue - 1),
        Any.Select(value => (long)(value & long.MaxValue)));

    public static Gen<Hello> Hello { get; } =
        from lowest in Gen.Choose(0, ushort.MaxValue)
        from highest in Gen.Choose(0, ushort.MaxValue)
        from features in Any
        from program in ShortText
        select new Hello(lowest, highest, (Features)features, program);

    public static Gen<Terms> Terms { get; } =
        from size in Gen.OneOf(Size, Gen.Constant(-1L))
        from mode in Gen.OneOf(Gen.Choose(0, 0xFFF), Gen.Constant(Protocol.Terms.NoMode))
        from block in Gen.Choose(Limits.MinBlock, Limits.MaxBlock)
        from window in Gen.Choose(0, Limits.MaxWindow)
        select new Terms(size, mode, block, window);

    public static Gen<Archiving> Archiving { get; } =
        from flags in Gen.Choose(0, (int)ArchivingFlags.Known)
        from fragment in Size
        from stub in Size
        from first in Gen.Choose(1, int.MaxValue)
        from offset in Size
        from length in Gen.OneOf(Size, Gen.Constant(Protocol.Archiving.ToTheEnd))
        from member in Text
        from budget in Size
        from system in ShortText
        from commands in Text
        from filters in Text
        from made in Text
        select new Archiving
        {
            Flags = (ArchivingFlags)flags,
            Fragment = fragment,
            Stub = stub,
            First = first,
            Offset = offset,
            Length = length,
            Member = member,
            Budget = budget,
            System = system,
            Commands = commands,
            Filters = filters,
            Made = made,
        };

    public static Gen<Accept> Accept { get; } =
        from terms in Terms
        from sizes in Gen.Choose(0, int.MaxValue).ListOf()
        from digest in Any
        from filters in Text
        select new Accept(terms, [.. sizes.Select(size => new KeptFragment(size, digest ^ (ulong)size))], filters);

    public static Gen<Offer> Offer { get; } =
        from session in Raw(Limits.SessionSize)
        from secret in Raw(Limits.SecretSize)
        from role in Gen.Elements(Role.Sender, Role.Receiver, Role.Node)
        from kind in Gen.Elements(ResourceKind.File, ResourceKind.Command, ResourceKind.Null, ResourceKind.Pattern, ResourceKind.Tree, ResourceKind.Archive, ResourceKind.Program)
        from directory in Name
        from name in Name
        from size in Size
        from flags in Gen.Choose(0, (int)TreeFlags.Known)
        from excluded in Name
        from digest in Gen.Elements(Enum.GetValues<DigestKind>())
        from inPlace in Gen.Elements(true, false)
        from protection in Gen.Elements(Enum.GetValues<Protection>())
        from way in Gen.Elements(Enum.GetValues<ConnectMode>())
        from host in ShortText
        from lanes in Gen.Choose(0, Limits.MaxLanes)
        from most in Gen.Choose(lanes, Limits.MaxLanes)
        from low in Gen.Choose(0, ushort.MaxValue)
        from high in Gen.Choose(low, ushort.MaxValue)
        from buffer in Gen.Choose(0, Limits.MaxSocketBuffer)
        from rate in Size
        from timeout in Gen.Choose(1, Limits.MaxTimeoutSeconds)
        from patience in Gen.Choose(0, Limits.MaxTimeoutSeconds)
        from archiving in Archiving
        from terms in Terms
        from asked in Text
        from onDemand in Gen.Elements(true, false)
        from chaining in Chaining
        select new Offer(session, secret, role, new Resource(kind, directory, name, size, (TreeFlags)flags, excluded), digest, inPlace, protection, way, host, lanes, most, low, high, buffer, rate, timeout, patience, kind == ResourceKind.Archive ? archiving : null, terms, asked, onDemand, role == Role.Node ? chaining : null);

    private static Gen<Chaining> Chaining =>
        from flags in Gen.Choose(0, 3)
        from memory in Gen.Choose(0, int.MaxValue)
        select new Chaining((flags & 1) != 0, (flags & 2) != 0, memory);

    private static Gen<string> Transport => Gen.Elements(Protocol.Transports.Tcp, "udp", "another");

    public static Gen<Listening> Listening { get; } =
        from port in Gen.Choose(1, ushort.MaxValue)
        from count in Gen.Choose(0, Limits.MaxAddresses)
        from addresses in ShortText.ArrayOf(count)
        from transport in Transport
        select new Listening(port, addresses, transport);

    public static Gen<Transports> Transports { get; } =
        from count in Gen.Choose(1, Limits.MaxTransports)
        from names in Transport.ArrayOf(count)
        select new Transports(names);

    public static Gen<HaveRanges> HaveRanges { get; } =
        from piece in Gen.Choose(Limits.MinPiece, Limits.MaxBlock)
        from offset in Size
        from length in Gen.Choose(0, 20 * Limits.MinPiece)
        from digests in Raw((length + piece - 1) / piece * PieceDigest.Size)
        select new HaveRanges(piece, Math.Min(offset, long.MaxValue - length), length, digests);

    public static Gen<Demand> Demand { get; } =
        from kind in Gen.Elements(Enum.GetValues<DemandKind>())
        from offset in Size
        from length in Size
        select new Demand(kind, Math.Min(offset, long.MaxValue - length), length);

    public static Gen<Held> Held { get; } =
        from link in Gen.Choose(0, int.MaxValue)
        from isLast in Gen.Elements(true, false)
        from ranges in HeldRange.ListOf()
        select new Held((uint)link, isLast, [.. ranges]);

    public static Gen<Feed> Feed { get; } =
        from link in Gen.Choose(0, int.MaxValue)
        from session in Raw(Limits.SessionSize)
        from secret in Raw(Limits.SecretSize)
        from there in Listening
        select new Feed((uint)link, session, secret, there);

    private static Gen<HeldRange> HeldRange =>
        from kind in Gen.Elements(Enum.GetValues<HeldKind>())
        from offset in Size
        from length in Gen.Choose(1, int.MaxValue)
        select new HeldRange(kind, Math.Min(offset, long.MaxValue - length), length);

    public static Gen<DatagramPolicy> DatagramPolicy { get; } =
        from pace in Gen.Choose((int)DatagramPace.Fair, (int)DatagramPace.Fixed)
        from rate in Gen.Choose(1, int.MaxValue)
        from mtu in Gen.OneOf(Gen.Constant(0), Gen.Choose(Limits.MinMtu, Limits.MaxMtu))
        from buffer in Gen.Choose(0, Limits.MaxDatagramBuffer)
        select new DatagramPolicy((DatagramPace)pace, pace == (int)DatagramPace.Fixed ? rate : 0, mtu, buffer);

    public static Gen<Limited> Limited { get; } = Gen.Choose((int)Bottleneck.Network, (int)Bottleneck.Rate).Select(by => new Limited((Bottleneck)by));

    public static Gen<Widen> Widen { get; } =
        from lanes in Gen.Choose(0, Limits.MaxLanes)
        from reason in Text
        select new Widen(lanes, reason);

    public static Gen<End> End { get; } =
        from size in Size
        from blocks in Any
        from root in Any
        from high in Any
        from low in Any
        select new End(size, blocks, root, new WideDigest(high, low));

    public static Gen<Report> Report { get; } =
        from size in Size
        from damaged in Any
        from failed in Any
        from errors in Text
        from unread in Any
        from causes in Text
        from removed in Gen.Elements<ulong?>(null, 0, 1, ulong.MaxValue)
        from same in Gen.Elements(0UL, 1UL, ulong.MaxValue)
        select new Report(size, damaged, failed, errors, unread, causes, removed, removed is null ? 0 : same);

    public static Gen<Abort> Abort { get; } =
        from code in Gen.Elements(Enum.GetValues<ExitCode>().Where(code => code != ExitCode.Done))
        from cause in Text
        from hint in Text
        select new Abort(code, cause, hint);

    public static Gen<Resume> Resume { get; } =
        from session in Raw(Limits.SessionSize)
        from proof in Raw(32)
        select new Resume(session, proof);

    public static Gen<Ping> Ping { get; } =
        from moved in Size
        from files in Size
        from bytes in Size
        select new Ping(moved, files, bytes);

    public static Gen<Warning> Warning { get; } =
        from code in Gen.Choose(1, 255)
        from words in Text
        from hint in Text
        select new Warning(words, (ExitCode)code, hint);

    public static Gen<Total> Total { get; } =
        from files in Size
        from bytes in Size
        select new Total(files, bytes);

    public static Gen<LaneAck> LaneAck { get; } =
        from kind in Gen.Elements(Enum.GetValues<AckKind>())
        from index in Any
        select new LaneAck(kind, index);

    public static Gen<LaneHello> LaneHello { get; } =
        from lane in Gen.Choose(1, Limits.MaxLanes)
        from protection in Gen.Elements(Enum.GetValues<Protection>())
        from session in Raw(Limits.SessionSize)
        from nonce in Raw(Protocol.LaneHello.NonceSize)
        select new LaneHello(lane, protection, session, nonce);

    public static Gen<Digest> Digest { get; } =
        from a in Any
        from b in Any
        from c in Any
        from d in Any
        select new Digest(a, b, c, d);

    public static Gen<BlockHeader> BlockHeader { get; } = Gen.OneOf(
        from length in Gen.Choose(1, Limits.MaxBlock)
        from offset in Size
        from sequence in Any
        from digest in Digest
        select Protocol.BlockHeader.Data(Math.Min(offset, long.MaxValue - length), length, sequence, digest),
        from offset in Size
        from span in Size
        from sequence in Any
        select Protocol.BlockHeader.Hole(Math.Min(offset, long.MaxValue - 1), Math.Clamp(span, 1, long.MaxValue - Math.Min(offset, long.MaxValue - 1)), sequence),
        Gen.Constant(Protocol.BlockHeader.Leave));

    /// <summary>Paths below the top of a tree.</summary>
    public static Gen<byte[]> TreePath { get; } =
        from names in Gen.OneOf(
            Gen.Elements("a", "...", "..b", ".c").Select(name => System.Text.Encoding.ASCII.GetBytes(name)),
            Bytes.Select(bytes => (byte[])[(byte)'x', .. bytes.Where(b => b is not 0 and not (byte)'/').Take(Limits.MaxName - 1)])).NonEmptyListOf()
        select string.Join("/", names.Take(10).Select(name => RawText.Decode(name))) is var path ? RawText.Encode(path) : [];

    public static Gen<Entry> TreeEntry { get; } =
        from kind in Gen.Elements(Enum.GetValues<EntryKind>())
        from origin in Gen.Elements(Enum.GetValues<PieceOrigin>())
        from path in TreePath
        from text in TreePath
        from mode in Gen.Choose(0, 0xFFF)
        from owner in Any
        from nanoseconds in Gen.Choose(0, 999_999_999)
        from seconds in Any
        from offset in Size
        from data in Bytes
        from attributes in Bytes
        let isPiece = kind == EntryKind.File
        let isSent = isPiece && origin == PieceOrigin.Sent
        select new Entry(kind, path)
        {
            Origin = isPiece ? origin : PieceOrigin.Sent,
            Text = text,
            Mode = kind == EntryKind.Difference ? 1 + (mode % 3) : mode,
            Owner = (uint)owner,
            Group = (uint)(owner >> 32),
            Nanoseconds = (uint)nanoseconds,
            Seconds = (long)seconds,
            Offset = data.Length == 0 ? 0 : Math.Min(offset, long.MaxValue - data.Length),
            Span = data.Length,
            Size = data.Length == 0 ? 0 : long.MaxValue,
            Attributes = attributes,
            Data = isSent ? data : kind == EntryKind.Digests ? PieceDigest.Of(data) : [],
        };

    /// <summary>Blocks of trees, packed.</summary>
    public static Gen<byte[]> TreeBlock { get; } = TreeEntry.ListOf().Select(entries => entries.SelectMany(entry => entry.Packed).ToArray());

    /// <summary>Frames of all messages, packed.</summary>
    public static Gen<byte[]> Frame { get; } = Gen.OneOf(
        Hello.Select(Protocol.Frame.Pack),
        Offer.Select(Protocol.Frame.Pack),
        Accept.Select(Protocol.Frame.Pack),
        Listening.Select(Protocol.Frame.Pack),
        Transports.Select(Protocol.Frame.Pack),
        DatagramPolicy.Select(Protocol.Frame.Pack),
        Limited.Select(Protocol.Frame.Pack),
        Gen.Choose(0, int.MaxValue).Select(bytes => Protocol.Frame.Pack(new Space((long)bytes << 20))),
        Gen.Choose(0, Limits.MaxPauseSeconds).Select(seconds => Protocol.Frame.Pack(new Paused(seconds))),
        Widen.Select(Protocol.Frame.Pack),
        HaveRanges.Select(Protocol.Frame.Pack),
        Demand.Select(Protocol.Frame.Pack),
        Held.Select(Protocol.Frame.Pack),
        Feed.Select(Protocol.Frame.Pack),
        Text.Select(reason => Protocol.Frame.Pack(new Unfed(1, reason))),
        LaneAck.Select(Protocol.Frame.Pack),
        End.Select(Protocol.Frame.Pack),
        Report.Select(Protocol.Frame.Pack),
        Abort.Select(Protocol.Frame.Pack),
        Ping.Select(Protocol.Frame.Pack),
        Warning.Select(Protocol.Frame.Pack),
        Text.Select(words => Protocol.Frame.Pack(new Waiting(words))),
        Total.Select(Protocol.Frame.Pack),
        Resume.Select(Protocol.Frame.Pack),
        Gen.Constant(Protocol.Frame.Pack(default(Resumed))),
        Gen.Constant(Protocol.Frame.Pack(default(Bye))),
        BlockHeader.Select(header => Samples.PackBlock(header, [])));

    private static Gen<ulong> Any => Gen.OneOf(
        Gen.Elements(0UL, 1UL, ulong.MaxValue),
        Raw(sizeof(ulong)).Select(bytes => BitConverter.ToUInt64(bytes)));

    /// <summary>Valid bytes with a few of them changed, cut off or added.</summary>
    public static Gen<byte[]> Mutated(Gen<byte[]> valid) =>
        from bytes in valid
        from spoilt in ArbMap.Default.GeneratorFor<(ushort At, byte Value)>().ListOf(4)
        from cut in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(0, 20)))
        from added in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(0, 20)))
        select Mutate(bytes, spoilt, cut, added);

    private static Gen<byte[]> Raw(int count) => Gen.Choose(0, 255).Select(i => (byte)i).ArrayOf(count);

    private static byte[] Mutate(byte[] bytes, IEnumerable<(ushort At, byte Value)> spoilt, int cut, int added)
    {
        byte[] mutated = [.. bytes[..Math.Max(0, bytes.Length - cut)], .. new byte[added]];
        foreach (var (at, value) in spoilt.Where(_ => mutated.Length > 0))
        {
            mutated[at % mutated.Length] = value;
        }

        return mutated;
    }
}

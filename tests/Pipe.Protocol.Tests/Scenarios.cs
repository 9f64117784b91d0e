using System.Buffers.Binary;
using Pipe.Protocol.Tests.Datagrams;

namespace Pipe.Protocol.Tests;

/// <summary>The scenarios of tests/vectors: a valid message, or one with a single fault.</summary>
internal static class Scenarios
{
    /// <summary>A 64-bit number that would be negative if it had a sign.</summary>
    public const ulong Negative = 1UL << 63;

    // Where the fields of Samples.Offer start, in its payload.
    private const int OfferRole = 48;
    private const int OfferKind = 49;
    private const int OfferDirectory = 50;
    private const int OfferName = OfferDirectory + 4 + 8;
    private const int OfferSize = OfferName + 4 + 4;
    private const int OfferTree = OfferSize + 8;
    private const int OfferExcluded = OfferTree + 2;
    private const int OfferDigest = OfferExcluded + 4;
    private const int OfferFlags = OfferDigest + 1;
    private const int OfferProtection = OfferFlags + 1;
    private const int OfferWay = OfferProtection + 1;
    private const int OfferHost = OfferWay + 1;
    private const int OfferLanes = OfferHost + 4;
    private const int OfferLowPort = OfferLanes + 4;
    private const int OfferHighPort = OfferLowPort + 2;
    private const int OfferBuffer = OfferHighPort + 2;
    private const int OfferRate = OfferBuffer + 4;
    private const int OfferTimeout = OfferRate + 8;
    private const int OfferPatience = OfferTimeout + 4;
    private const int OfferTerms = OfferPatience + 4;

    private const int TermsMode = 8;
    private const int TermsBlock = 10;
    private const int TermsWindow = 14;

    private static readonly int MaxText = Limits.MaxText;

    public static IReadOnlyList<Vector> All { get; } =
        [.. Frames(), .. Hellos(), .. Offers(), .. AllTerms(), .. Listenings(), .. Widens(), .. Ends(), .. Aborts(), .. Resumes(), .. InventoryScenarios.All, .. Reaches(), .. BlockScenarios.All, .. Acks(), .. LaneHellos(), .. TreeScenarios.All, .. ArchiveScenarios.All, .. NoticeScenarios.All, .. DatagramScenarios.All, .. SpareScenarios.All, .. NbdScenarios.All, .. ChainScenarios.All];

    private static IEnumerable<Vector> Frames()
    {
        var good = Frame.Pack(Samples.Ping);
        yield return Good("ping", MessageType.Ping, "a sign of life", Samples.Payloads(Samples.Ping));
        yield return Good("ping_zero", MessageType.Ping, "nothing has moved yet", Samples.Payloads(new Ping(0)));
        yield return Bad("ping_negative", MessageType.Ping, "a count beyond 2^63-1", "ping: a size of 9223372036854775808 bytes", U64(Negative));
        var warning = Samples.Payloads(Samples.Warning);
        yield return Good("warning", MessageType.Warning, "what the user should know though all is done", warning);
        yield return Good("warning_program", MessageType.Warning, "the program whose output it was has found damage", Samples.Payloads(new Warning("2 of 17 fragments are damaged", ExitCode.Integrity, "another copy will do")));
        yield return Bad("warning_done", MessageType.Warning, "a warning that all is well", "warning: code is 0, not 1 to 255", Patched(warning, 0, [0]));
        yield return Bad("warning_trailing", MessageType.Warning, "a byte behind the hint of a warning", "warning: 1 bytes too many", [.. warning, 0]);
        yield return Bad("warning_cut", MessageType.Warning, "a hint that ends too early", "warning: cut short", warning[..^1]);
        var total = Samples.Payloads(Samples.Total);
        yield return Good("total", MessageType.Total, "how much there is of a tree", total);
        yield return Bad("total_trailing", MessageType.Total, "a byte behind the numbers", "total: 1 bytes too many", [.. total, 0]);
        yield return Bad("total_cut", MessageType.Total, "numbers that end too early", "total: cut short", total[..^1]);
        yield return Bad("total_negative", MessageType.Total, "files beyond 2^63-1", "total: a size of 9223372036854775808 bytes", [.. U64(Negative), .. U64(1)]);
        yield return Bad("ping_cut", MessageType.Ping, "half of the bytes", "ping: cut short", Samples.Payloads(Samples.Ping)[..20]);
        yield return Bad("ping_empty", MessageType.Ping, "no payload where one must be", "ping: cut short", []);
        yield return new Vector("frame_too_long", "frame", $"a control frame of {Limits.MaxFrame + 1} bytes, more than {Limits.MaxFrame}", "one byte more than a frame may have", Patched(good, 0, U32((uint)Limits.MaxFrame + 1)));
        yield return new Vector("frame_huge", "frame", $"a control frame of {uint.MaxValue} bytes, more than {Limits.MaxFrame}", "the largest length that the field can say", Patched(good, 0, U32(uint.MaxValue)));
        foreach (var at in new[] { 5, 6, 7 })
        {
            yield return new Vector($"frame_flags_{at}", "frame", "a control frame with unknown flags", $"byte {at} must be zero", Patched(good, at, [1]));
        }

        const string damaged = "the control channel is damaged: something else wrote into it";
        yield return new Vector("frame_check_header", "ping", damaged, "a bit of the type is flipped", Patched(good, 4, [(byte)(good[4] ^ 1)]));
        yield return new Vector("frame_check_payload", "ping", damaged, "a bit of the payload is flipped", Patched(good, Frame.Size, [(byte)(good[Frame.Size] ^ 1)]));
        yield return new Vector("frame_check", "ping", damaged, "a bit of the check is flipped", Patched(good, 8, [(byte)(good[8] ^ 1)]));
        yield return new Vector("frame_check_without_header", "ping", damaged, "a check over the payload alone", Patched(good, 8, U32((uint)BlockScenarios.XxHash3(good.AsSpan(Frame.Size)))));
        yield return new Vector("frame_text_inside", "frame", $"a control frame of {BinaryPrimitives.ReadUInt32LittleEndian("You have new mail"u8)} bytes, more than {Limits.MaxFrame}", "what a login shell printed where a frame should start", [.. "You have new mail\n"u8]);
    }

    private static IEnumerable<Vector> Hellos()
    {
        var good = Samples.Payloads(Samples.Hello);
        yield return Good("hello", MessageType.Hello, "version 1 only, no features", good);
        yield return Good("hello_other_versions", MessageType.Hello, "versions 2 to 7, features unknown: it is read, and answered with Abort", Samples.Payloads(new Hello(2, 7, (Features)ulong.MaxValue, "pipe 9")));
        yield return Good("hello_longest_name", MessageType.Hello, "the longest name of a program", Samples.Payloads(new Hello(1, 1, 0, new string('x', Limits.MaxShortText))));
        yield return Good("hello_nameless", MessageType.Hello, "a program without a name", Samples.Payloads(new Hello(1, 1, 0, "")));
        yield return Good("hello_not_utf8", MessageType.Hello, "a name of bytes that are not UTF-8 survives", Samples.Payloads(new Hello(1, 1, 0, RawText.Decode([0xFF, 0xC3, 0xED, 0xA0, 0x80, 0x61]))));
        yield return Bad("hello_name_too_long", MessageType.Hello, "one byte more than a name may have", "hello: a text of 256 bytes, more than 255", [.. good[..12], .. U32(256), .. new byte[256]]);
        yield return Bad("hello_cut_in_number", MessageType.Hello, "ends inside a number", "hello: cut short", good[..3]);
        yield return Bad("hello_cut_in_text", MessageType.Hello, "ends inside a text", "hello: cut short", good[..^1]);
        yield return Bad("hello_trailing", MessageType.Hello, "a byte too many", "hello: 1 bytes too many", [.. good, 0]);
    }

    private static IEnumerable<Vector> Offers()
    {
        var good = Samples.Payloads(Samples.Offer);
        var offer = Samples.Offer;
        yield return Good("offer_write_file", MessageType.Offer, "a file is written there", good);
        yield return Good("offer_read_command", MessageType.Offer, "the output of a command is read", Samples.Payloads(offer with { Role = Role.Sender, Resource = Resource.Command("/tmp", "tar -cf - ./dir"), Digest = DigestKind.Sha256, Terms = Samples.Window }));
        yield return Good("offer_null", MessageType.Offer, "the responder drops everything", Samples.Payloads(offer with { Resource = Resource.Null, Digest = DigestKind.None }));
        yield return Good("offer_pattern", MessageType.Offer, "the responder makes up 1 TiB", Samples.Payloads(offer with { Role = Role.Sender, Resource = Resource.Pattern(1L << 40), Digest = DigestKind.Crc32C, Terms = Samples.Unknown }));
        yield return Good("offer_in_place", MessageType.Offer, "written in place", Samples.Payloads(offer with { InPlace = true }));
        yield return Good("offer_encrypt_reverse", MessageType.Offer, "enciphered data connections, from there to here, at an address of its own", Samples.Payloads(offer with { Protection = Protection.Encrypt, ConnectMode = ConnectMode.Reverse, DataHost = "fast.example.org" }));
        yield return Good("offer_authenticate_direct", MessageType.Offer, "tagged data connections, from here to there", Samples.Payloads(offer with { Protection = Protection.Authenticate, ConnectMode = ConnectMode.Direct }));
        yield return Good("offer_ssh", MessageType.Offer, "no data connections at all", Samples.Payloads(offer with { ConnectMode = ConnectMode.Ssh, Lanes = 0, MostLanes = 0 }));
        yield return Good("offer_limits", MessageType.Offer, "every number at its upper limit", Samples.Payloads(offer with
        {
            Lanes = Limits.MaxLanes,
            MostLanes = Limits.MaxLanes,
            LowPort = ushort.MaxValue,
            HighPort = ushort.MaxValue,
            Buffer = Limits.MaxSocketBuffer,
            Rate = long.MaxValue,
            TimeoutSeconds = Limits.MaxTimeoutSeconds,
            Terms = new Terms(long.MaxValue, 0xFFF, Limits.MaxBlock, Limits.MaxWindow),
        }));
        yield return Good("offer_least", MessageType.Offer, "every number at its lower limit", Samples.Payloads(offer with { Lanes = 0, MostLanes = 0, TimeoutSeconds = 1, Terms = new Terms(0, 0, Limits.MinBlock, 0) }));
        yield return Good("offer_name_not_utf8", MessageType.Offer, "a name of bytes that are not UTF-8 survives, here as a file", Samples.Payloads(offer with { Resource = Resource.File("", RawText.Decode([0x2F, 0xFE, 0x80])) }));

        var tree = Resource.Tree("/data", ["dir", "*.[ch]", "a\nb"], TreeFlags.Recurse | TreeFlags.All, ["*.o", "dir/tmp"]);
        yield return Good("offer_read_tree", MessageType.Offer, "a directory and some files are read", Samples.Payloads(offer with { Role = Role.Sender, Resource = tree, Terms = Samples.Window }));
        yield return Good("offer_write_tree", MessageType.Offer, "files go into a directory there, every flag set", Samples.Payloads(offer with { Resource = Resource.Tree("", ["/data"], TreeFlags.Known, []) }));

        yield return Good("offer_write_asked", MessageType.Offer, "files come from a host that is not to send anything else", Samples.Payloads(offer with { Resource = Resource.Tree("", ["/data"], TreeFlags.Recurse, []), Asked = "dir\0*.[ch]" }));
        yield return Bad("offer_asked_too_long", MessageType.Offer, "more names that are asked for than a text may have", $"offer: a text of {MaxText + 1} bytes, more than {MaxText}", [.. good[..^4], .. U32((uint)MaxText + 1)]);
        yield return Offer("offer_role_0", "role 0", "role is 0, not 1 to 3", OfferRole, [0]);
        yield return Offer("offer_role_4", "role 4", "role is 4, not 1 to 3", OfferRole, [4]);
        yield return Offer("offer_kind_0", "kind of object 0", "kind of object is 0, not 1 to 7", OfferKind, [0]);
        yield return Offer("offer_kind_stdio", "standard input of the responder is the control channel, no object", "kind of object is 255, not 1 to 7", OfferKind, [255]);
        yield return Offer("offer_directory_too_long", "a directory longer than a text may be", $"a text of {MaxText + 1} bytes, more than {MaxText}", OfferDirectory, U32((uint)MaxText + 1));
        yield return Offer("offer_name_too_long", "a name longer than a text may be", $"a text of {MaxText + 1} bytes, more than {MaxText}", OfferName, U32((uint)MaxText + 1));
        yield return Offer("offer_name_huge", "a length that would be negative in 32 bits", $"a text of {uint.MaxValue} bytes, more than {MaxText}", OfferName, U32(uint.MaxValue));
        yield return Offer("offer_directory_nul", "a NUL in the directory", "a name with a NUL in it", OfferDirectory + 4, [0]);
        yield return Offer("offer_name_nul", "a NUL in the name", "a name with a NUL in it", OfferName + 4 + 1, [0]);
        yield return Offer("offer_size_negative", "a size of 2^63", "a size of 9223372036854775808 bytes", OfferSize, U64(Negative));
        yield return Offer("offer_tree", "an unknown flag of trees", "tree flags is 4096, not 0 to 4095", OfferTree, U16(4096));
        yield return Offer("offer_excluded_too_long", "longer patterns of what is left out than a text may be", $"a text of {MaxText + 1} bytes, more than {MaxText}", OfferExcluded, U32((uint)MaxText + 1));
        yield return Offer("offer_digest", "an unknown digest", "digest is 4, not 0 to 3", OfferDigest, [4]);
        yield return Good("offer_on_demand", MessageType.Offer, "the receiver is going to ask for what it wants", Samples.Payloads(Samples.Offer with { OnDemand = true }));
        yield return Offer("offer_flags", "an unknown flag", "flags is 4, not 0 to 3", OfferFlags, [4]);
        yield return Offer("offer_protection", "an unknown protection", "protection is 3, not 0 to 2", OfferProtection, [3]);
        yield return Offer("offer_way", "an unknown way", "way is 4, not 0 to 3", OfferWay, [4]);
        yield return Offer("offer_host_too_long", "an address for data connections longer than it may be", $"a text of {Limits.MaxShortText + 1} bytes, more than {Limits.MaxShortText}", OfferHost, U32(Limits.MaxShortText + 1));
        yield return Offer("offer_lanes", "one lane more than there may be", $"lanes is {Limits.MaxLanes + 1}, not 0 to {Limits.MaxLanes}", OfferLanes, U16(Limits.MaxLanes + 1));
        yield return Offer("offer_lanes_most", "one lane more at most than there may be", $"lanes at most is {Limits.MaxLanes + 1}, not 0 to {Limits.MaxLanes}", OfferLanes + 2, U16(Limits.MaxLanes + 1));
        yield return Offer("offer_lanes_order", "four lanes to begin with, three at most", "more initial lanes than the maximum", OfferLanes + 2, U16(3));
        yield return Offer("offer_ports", "a port range from 2 to 1", "a port range that ends before it starts", OfferLowPort, [2, 0, 1, 0]);
        yield return Offer("offer_buffer", "a socket buffer one byte too large", $"socket buffer is {Limits.MaxSocketBuffer + 1}, not 0 to {Limits.MaxSocketBuffer}", OfferBuffer, U32((uint)Limits.MaxSocketBuffer + 1));
        yield return Offer("offer_rate_negative", "a rate of -1", $"a size of {ulong.MaxValue} bytes", OfferRate, U64(ulong.MaxValue));
        yield return Offer("offer_timeout_0", "no time at all", $"timeout is 0, not 1 to {Limits.MaxTimeoutSeconds}", OfferTimeout, U32(0));
        yield return Offer("offer_timeout_long", "a second more than a year", $"timeout is {Limits.MaxTimeoutSeconds + 1}, not 1 to {Limits.MaxTimeoutSeconds}", OfferTimeout, U32((uint)Limits.MaxTimeoutSeconds + 1));
        yield return Offer("offer_patience_long", "more patience than a year", $"patience is {Limits.MaxTimeoutSeconds + 1}, not 0 to {Limits.MaxTimeoutSeconds}", OfferPatience, U32((uint)Limits.MaxTimeoutSeconds + 1));
        yield return Offer("offer_window", "terms are checked inside an offer too", $"window is {Limits.MaxWindow + 1}, not 0 to {Limits.MaxWindow}", OfferTerms + TermsWindow, U16(Limits.MaxWindow + 1));
        yield return Bad("offer_cut_in_secret", MessageType.Offer, "ends inside the secret", "offer: cut short", good[..40]);
        yield return Bad("offer_cut_in_terms", MessageType.Offer, "ends one byte before the end of the terms", "offer: cut short", good[..^5]);
        yield return Bad("offer_trailing", MessageType.Offer, "two bytes behind the names", "offer: 2 bytes too many", [.. good, 0, 0]);

        Vector Offer(string name, string comment, string error, int at, byte[] field) =>
            Bad(name, MessageType.Offer, comment, "offer: " + error, Patched(good, at, field));
    }

    private static IEnumerable<Vector> AllTerms()
    {
        var good = Samples.Payloads(Samples.Accept);
        yield return Good("accept_window", MessageType.Accept, "a pipe takes 16 blocks ahead", good);
        yield return Good("accept_source", MessageType.Accept, "a source with a size and permissions, set-user-ID among them", Samples.Payloads(new Accept(new Terms(1L << 41, 0x9ED, 4096, 0))));
        yield return Terms("accept_size_negative", "a size of 2^63, not all ones", "accept: a size of 9223372036854775808 bytes", 0, U64(Negative));
        yield return Terms("accept_mode_bits", "a bit beyond the permissions", "terms: permission bits 1000", TermsMode, U16(0x1000));
        yield return Terms("accept_mode_type", "the type of a file is no permission", "terms: permission bits 81a4", TermsMode, U16(0x81A4));
        yield return Terms("accept_block_small", "a block one byte too small", $"accept: block is {Limits.MinBlock - 1}, not {Limits.MinBlock} to {Limits.MaxBlock}", TermsBlock, U32((uint)Limits.MinBlock - 1));
        yield return Terms("accept_block_large", "a block one byte too large", $"accept: block is {Limits.MaxBlock + 1}, not {Limits.MinBlock} to {Limits.MaxBlock}", TermsBlock, U32((uint)Limits.MaxBlock + 1));
        yield return Terms("accept_window_large", "a window one block too large", $"accept: window is {Limits.MaxWindow + 1}, not 0 to {Limits.MaxWindow}", TermsWindow, U16(Limits.MaxWindow + 1));
        yield return Bad("accept_cut", MessageType.Accept, "terms without a window", "accept: cut short", good[..14]);
        yield return Bad("accept_trailing", MessageType.Accept, "a byte behind the filters", "accept: 1 bytes too many", [.. good, 0]);

        Vector Terms(string name, string comment, string error, int at, byte[] field) =>
            Bad(name, MessageType.Accept, comment, error, Patched(good, at, field));
    }

    private static IEnumerable<Vector> Listenings()
    {
        var good = Samples.Payloads(Samples.Listening);
        yield return Good("listening", MessageType.Listening, "two addresses", good);
        yield return Good("listening_no_address", MessageType.Listening, "no address is known", Samples.Payloads(new Listening(1, [])));
        yield return Good("listening_limits", MessageType.Listening, "as many addresses as there may be, at the last port", Samples.Payloads(new Listening(ushort.MaxValue, [.. Enumerable.Range(1, Limits.MaxAddresses).Select(i => $"192.0.2.{i}")])));
        yield return Bad("listening_port_0", MessageType.Listening, "port 0", "listening: port is 0, not 1 to 65535", Patched(good, 0, U16(0)));
        yield return Bad("listening_count", MessageType.Listening, "one address more than there may be", $"listening: count of addresses is {Limits.MaxAddresses + 1}, not 0 to {Limits.MaxAddresses}", Patched(good, 2, [Limits.MaxAddresses + 1]));
        yield return Bad("listening_address_too_long", MessageType.Listening, "an address longer than it may be", "listening: a text of 256 bytes, more than 255", Patched(good, 3, U32(256)));
        yield return Bad("listening_cut", MessageType.Listening, "an address less than announced", "listening: cut short", Patched(good, 2, [3]));
        var other = Samples.Payloads(Samples.Listening with { Transport = "udp" });
        yield return Good("listening_transport", MessageType.Listening, "another transport than tcp", other);
        yield return Bad("listening_trailing", MessageType.Listening, "a byte behind the transport", "listening: 1 bytes too many", [.. other, 0]);
        yield return Bad("listening_transport_cut", MessageType.Listening, "a transport that ends too early", "listening: cut short", other[..^1]);
        yield return Bad("listening_transport_empty", MessageType.Listening, "a transport without a name", "a transport without a name", [.. good, .. U32(0)]);
        yield return Bad("listening_transport_too_long", MessageType.Listening, "a transport with too long a name", "listening: a text of 256 bytes, more than 255", [.. good, .. U32(256), .. new byte[256]]);
        var named = Samples.Payloads(Samples.Transports);
        yield return Good("transports", MessageType.Transports, "two transports", named);
        yield return Bad("transports_none", MessageType.Transports, "no transport at all", $"transports: count of transports is 0, not 1 to {Limits.MaxTransports}", Patched(named, 0, [0]));
        yield return Bad("transports_count", MessageType.Transports, "one transport more than there may be", $"transports: count of transports is {Limits.MaxTransports + 1}, not 1 to {Limits.MaxTransports}", Patched(named, 0, [(byte)(Limits.MaxTransports + 1)]));
        yield return Bad("transports_empty", MessageType.Transports, "a transport whose name is empty", "a transport without a name", [1, .. U32(0)]);
        yield return Bad("transports_cut", MessageType.Transports, "a transport less than announced", "transports: cut short", Patched(named, 0, [3]));
        yield return Bad("transports_trailing", MessageType.Transports, "a byte behind the last name", "transports: 1 bytes too many", [.. named, 0]);
        var policy = Samples.Payloads(Samples.DatagramPolicy);
        yield return Good("datagram_policy", MessageType.DatagramPolicy, "datagrams at a fixed rate", policy);
        yield return Good("datagram_policy_usual", MessageType.DatagramPolicy, "nothing out of the ordinary", Samples.Payloads(DatagramPolicy.Usual));
        yield return Bad("datagram_policy_pace", MessageType.DatagramPolicy, "an unknown pace", "datagram policy: pace is 4, not 1 to 3", Patched(policy, 0, [4]));
        yield return Bad("datagram_policy_no_rate", MessageType.DatagramPolicy, "a fixed rate of nothing", "datagram policy: Fixed with a rate of 0", Patched(policy, 1, new byte[8]));
        yield return Bad("datagram_policy_rate", MessageType.DatagramPolicy, "a rate where there is none", "datagram policy: Fair with a rate of 50000000", Patched(policy, 0, [1]));
        yield return Bad("datagram_policy_mtu", MessageType.DatagramPolicy, "packets in which no Hello fits", "datagram policy: packets of 1279 bytes", Patched(policy, 9, U16(1279)));
        yield return Bad("datagram_policy_mtu_too_long", MessageType.DatagramPolicy, "packets beyond the limit", "datagram policy: packets of 9001 bytes", Patched(policy, 9, U16(9001)));
        yield return Bad("datagram_policy_buffer", MessageType.DatagramPolicy, "a buffer beyond the limit", $"datagram policy: buffer is {Limits.MaxDatagramBuffer + 1}, not 0 to {Limits.MaxDatagramBuffer}", Patched(policy, 11, U32(Limits.MaxDatagramBuffer + 1)));
        yield return Bad("datagram_policy_cut", MessageType.DatagramPolicy, "a policy cut short", "datagram policy: cut short", policy[..^1]);
        yield return Bad("datagram_policy_trailing", MessageType.DatagramPolicy, "a byte behind the buffer", "datagram policy: 1 bytes too many", [.. policy, 0]);
        var limited = Samples.Payloads(Samples.Limited);
        yield return Good("limited", MessageType.Limited, "the sink is what limits", limited);
        yield return Bad("limited_by_nothing", MessageType.Limited, "an unknown bottleneck", "limited: bottleneck is 0, not 1 to 7", [0]);
        yield return Bad("limited_by_more", MessageType.Limited, "a bottleneck that is none", "limited: bottleneck is 8, not 1 to 7", [8]);
        yield return Bad("limited_cut", MessageType.Limited, "nothing at all", "limited: cut short", []);
        yield return Bad("limited_trailing", MessageType.Limited, "a byte behind the bottleneck", "limited: 1 bytes too many", [.. limited, 0]);
    }

    private static IEnumerable<Vector> Widens()
    {
        yield return Good("widen", MessageType.Widen, "four lanes are wanted", Samples.Payloads(Samples.Widen));
        yield return Good("widen_limit", MessageType.Widen, "as many lanes as there may be", Samples.Payloads(new Widen(Limits.MaxLanes)));
        yield return Good("widen_0", MessageType.Widen, "there is no way to have data connections", Samples.Payloads(new Widen(0, "connection refused")));
        yield return Bad("widen_large", MessageType.Widen, "more lanes wanted than there may be", $"widen: lanes is {Limits.MaxLanes + 1}, not 0 to {Limits.MaxLanes}", [.. U16(Limits.MaxLanes + 1), .. U32(0)]);
        yield return Bad("widen_cut", MessageType.Widen, "half a number", "widen: cut short", [1]);
        yield return Bad("widen_reason_too_long", MessageType.Widen, "a reason longer than a text may be", $"widen: a text of {MaxText + 1} bytes, more than {MaxText}", [.. U16(0), .. U32((uint)MaxText + 1)]);
        yield return Bad("widen_trailing", MessageType.Widen, "a byte behind the reason", "widen: 1 bytes too many", [.. U16(1), .. U32(0), 0]);
    }

    private static IEnumerable<Vector> Ends()
    {
        var good = Samples.Payloads(Samples.End);
        yield return Good("end", MessageType.End, "the end of a small object", good);
        yield return Good("end_empty", MessageType.End, "the end of an empty object", Samples.Payloads(new End(0, 0, 0)));
        yield return Good("end_limits", MessageType.End, "the largest object, count and root", Samples.Payloads(new End(long.MaxValue, ulong.MaxValue, ulong.MaxValue)));
        yield return Bad("end_negative", MessageType.End, "an object of 2^63 bytes", "end: a size of 9223372036854775808 bytes", Patched(good, 0, U64(Negative)));
        yield return Bad("end_unknown_size", MessageType.End, "the size is known at the end", $"end: a size of {ulong.MaxValue} bytes", Patched(good, 0, U64(ulong.MaxValue)));
        yield return Bad("end_cut", MessageType.End, "half a digest", "end: cut short", good[..32]);
        yield return Bad("end_trailing", MessageType.End, "a byte behind the digest", "end: 1 bytes too many", [.. good, 7]);
        var report = Samples.Payloads(Samples.Report);
        yield return Good("report", MessageType.Report, "everything is there, one block came twice", report);
        yield return Bad("report_negative", MessageType.Report, "an object of -1 bytes", $"report: a size of {ulong.MaxValue} bytes", Patched(report, 0, U64(ulong.MaxValue)));
        yield return Good("report_errors", MessageType.Report, "a tree of which two members could not be written", Samples.Payloads(Samples.Report with { Failed = 2, Errors = "/data/a: permission denied\n/data/b: is a directory\n" }));
        yield return Bad("report_errors_too_long", MessageType.Report, "more errors than a text may have", $"report: a text of {MaxText + 1} bytes, more than {MaxText}", Patched(report, 24, U32((uint)MaxText + 1)));
        yield return Good("report_unread", MessageType.Report, "a tree of which the sender could not read one member", Samples.Payloads(Samples.Report with { Unread = 1, Causes = "/data/c: permission denied\n" }));
        yield return Bad("report_cut", MessageType.Report, "no count of damaged blocks", "report: cut short", report[..8]);
        yield return Bad("report_cut_errors", MessageType.Report, "the list of errors is missing", "report: cut short", report[..24]);
        yield return Bad("report_trailing", MessageType.Report, "a byte behind the causes", "report: cut short", [.. report, 0]);
        var removed = Samples.Payloads(Samples.Report with { Removed = 3, Same = 5 });
        yield return Good("report_removed", MessageType.Report, "a tree at whose target three members were removed and five were the same", removed);
        yield return Bad("report_removed_trailing", MessageType.Report, "a byte after the number of unchanged members", "report: 1 bytes too many", [.. removed, 0]);
        yield return Bad("report_removed_cut", MessageType.Report, "removed members without unchanged ones", "report: cut short", removed[..^8]);
    }

    private static IEnumerable<Vector> Aborts()
    {
        var good = Samples.Payloads(Samples.Abort);
        yield return Good("abort", MessageType.Abort, "the disk is full there", good);
        yield return Good("abort_hint", MessageType.Abort, "with a hint", Samples.Payloads(new Abort(ExitCode.Protocol, "speaks versions 2 to 7, not 1", "install the same version on both hosts")));
        yield return Bad("abort_done", MessageType.Abort, "success is no reason to give up", "abort: code is 0, not 1 to 255", Patched(good, 0, [0]));
        yield return Bad("abort_cause_too_long", MessageType.Abort, "a cause longer than a text may be", $"abort: a text of {MaxText + 1} bytes, more than {MaxText}", Patched(good, 1, U32((uint)MaxText + 1)));
        yield return Bad("abort_cut", MessageType.Abort, "no hint, not even an empty one", "abort: cut short", good[..^4]);
        yield return Bad("abort_trailing", MessageType.Abort, "a byte behind the hint", "abort: 1 bytes too many", [.. good, 0]);
    }

    private static IEnumerable<Vector> Resumes()
    {
        var good = Samples.Payloads(Resume.Of(Samples.Session, Samples.Secret));
        yield return Good("resume", MessageType.Resume, "the session is to go on over this channel", good);
        yield return Good("resume_wrong_proof", MessageType.Resume, "it is read; that the proof is wrong is for the responder to find", Patched(good, 16, new byte[32]));
        yield return Bad("resume_cut", MessageType.Resume, "half a proof", "resume: cut short", good[..32]);
        yield return Bad("resume_trailing", MessageType.Resume, "a byte behind the proof", "resume: 1 bytes too many", [.. good, 0]);
        yield return Good("resumed", MessageType.Resumed, "the responder has the new channel", []);
        yield return Bad("resumed_trailing", MessageType.Resumed, "a payload where there is none", "resumed: 1 bytes too many", [0]);
        yield return Good("bye", MessageType.Bye, "the report has arrived", []);
        yield return Bad("bye_trailing", MessageType.Bye, "a farewell of many words", "bye: 3 bytes too many", [1, 2, 3]);
    }

    private static IEnumerable<Vector> Reaches()
    {
        var good = Samples.Payloads(Samples.Reach);
        yield return Good("reach", MessageType.Reach, "the other end of the copy waits there", good);
        yield return Bad("reach_port_0", MessageType.Reach, "a port that nobody can wait on", "reach: port is 0, not 1 to 65535", Patched(good, Limits.SessionSize + Limits.SecretSize, U16(0)));
        yield return Bad("reach_cut_in_secret", MessageType.Reach, "half a secret", "reach: cut short", good[..(Limits.SessionSize + (Limits.SecretSize / 2))]);
        yield return Bad("reach_cut", MessageType.Reach, "fewer addresses than announced", "reach: cut short", good[..^1]);
        yield return Bad("reach_trailing", MessageType.Reach, "a byte behind the addresses", "reach: 1 bytes too many", [.. Samples.Payloads(Samples.Reach with { There = Samples.Reach.There with { Transport = "udp" } }), 0]);
        var reached = Samples.Payloads(Samples.Reached);
        yield return Good("reached", MessageType.Reached, "the first data connection is made", reached);
        yield return Good("reached_not", MessageType.Reached, "none can be made", Samples.Payloads(new Reached("192.0.2.7 port 41000: connection refused")));
        yield return Bad("reached_cut", MessageType.Reached, "no reason, not even an empty one", "reached: cut short", reached[..2]);
        yield return Bad("reached_trailing", MessageType.Reached, "a byte behind the answer", "reached: 1 bytes too many", [.. reached, 0]);
    }

    private static IEnumerable<Vector> Acks()
    {
        var good = Samples.Packed(Samples.Consumed);
        const string damaged = "a damaged acknowledgement";
        yield return new Vector("lane_ack_consumed", Codec.LaneAckName, null, "blocks 0 to 4 are consumed", good);
        yield return new Vector("lane_ack_damaged", Codec.LaneAckName, null, "block 5 came damaged", Samples.Packed(Samples.Damaged));
        yield return new Vector("lane_ack_limit", Codec.LaneAckName, null, "the last index there can be", Samples.Packed(new LaneAck(AckKind.Consumed, ulong.MaxValue)));
        yield return Good("ack", MessageType.Ack, "an acknowledgement inside the control channel", good);
        yield return new Vector("lane_ack_magic", Codec.LaneAckName, damaged, "a magic in lower case", Patched(good, 0, "pack"u8));
        yield return new Vector("lane_ack_kind_0", Codec.LaneAckName, "an acknowledgement of unknown kind 0", "ack kind 0", Patched(good, 4, [0]));
        yield return new Vector("lane_ack_single", Codec.LaneAckName, null, "block 5 is consumed, whatever became of those below it", Samples.Packed(new LaneAck(AckKind.Single, 5)));
        yield return new Vector("lane_ack_lacking", Codec.LaneAckName, null, "block 5 of an earlier run is another one", Samples.Packed(new LaneAck(AckKind.Lacking, 5)));
        yield return new Vector("lane_ack_kind_5", Codec.LaneAckName, "an acknowledgement of unknown kind 5", "ack kind 5", Patched(good, 4, [5]));
        yield return new Vector("lane_ack_flags", Codec.LaneAckName, "an acknowledgement of unknown kind 257", "the bytes behind the kind must be zero", Patched(good, 5, [1]));
        yield return Bad("ack_cut", MessageType.Ack, "half an acknowledgement", damaged, good[..8]);
        yield return Bad("ack_trailing", MessageType.Ack, "an acknowledgement and a byte", damaged, [.. good, 0]);
        yield return Bad("ack_empty", MessageType.Ack, "an acknowledgement of nothing", damaged, []);
    }

    private static IEnumerable<Vector> LaneHellos()
    {
        var good = Samples.Packed(Samples.LaneHello);
        const string stranger = "a connection without a valid lane hello";
        yield return new Vector("lane_hello", Codec.LaneHelloName, null, "lane 1", good);
        yield return new Vector("lane_hello_limit", Codec.LaneHelloName, null, "the last lane there can be", Patched(good, 10, U16(Limits.MaxLanes)));
        yield return new Vector("lane_hello_magic", Codec.LaneHelloName, stranger, "a web browser calls", Patched(good, 0, "GET / HT"u8));
        yield return new Vector("lane_hello_version", Codec.LaneHelloName, stranger, "version 2 on a lane", Patched(good, 8, U16(2)));
        yield return new Vector("lane_hello_flags", Codec.LaneHelloName, stranger, "bytes 13 to 15 of a greeting must be zero", Patched(good, 13, [1]));
        yield return new Vector("lane_hello_flags_15", Codec.LaneHelloName, stranger, "the last byte in front of the session must be zero", Patched(good, 15, [1]));
        yield return new Vector("lane_hello_protection", Codec.LaneHelloName, stranger, "an unknown protection on a lane", Patched(good, 12, [3]));
        yield return new Vector("lane_hello_encrypt", Codec.LaneHelloName, null, "a lane that will be enciphered", Patched(good, 12, [2]));
        yield return new Vector("lane_hello_lane_0", Codec.LaneHelloName, "a lane with number 0", "lane 0 is the control channel", Patched(good, 10, U16(0)));
        yield return new Vector("lane_hello_lane_65", Codec.LaneHelloName, $"a lane with number {Limits.MaxLanes + 1}", "a lane beyond the last", Patched(good, 10, U16(Limits.MaxLanes + 1)));
    }

    public static Vector Good(string name, MessageType type, string comment, byte[] payload) =>
        new("control_" + name, Codec.NameOf(type), null, comment, Samples.Sealed(type, payload));

    public static Vector Bad(string name, MessageType type, string comment, string error, byte[] payload) =>
        new("control_" + name, Codec.NameOf(type), error, comment, Samples.Sealed(type, payload));

    public static byte[] Patched(byte[] good, int at, ReadOnlySpan<byte> field)
    {
        byte[] patched = [.. good];
        field.CopyTo(patched.AsSpan(at));
        return patched;
    }

    public static byte[] U16(int value) => BitConverter.GetBytes(checked((ushort)value));

    public static byte[] U32(uint value) => BitConverter.GetBytes(value);

    public static byte[] U64(ulong value) => BitConverter.GetBytes(value);
}

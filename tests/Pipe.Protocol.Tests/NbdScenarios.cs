using System.Buffers.Binary;

namespace Pipe.Protocol.Tests;

/// <summary>The vectors of NBD, whose document is that of the NBD project: numbers are big-endian.</summary>
internal static class NbdScenarios
{
    private const string Greeting = "nbd greeting";
    private const string Option = "nbd option";
    private const string OptionReply = "nbd option reply";
    private const string Export = "nbd export";
    private const string Go = "nbd go";
    private const string Queries = "nbd queries";
    private const string Request = "nbd request";
    private const string SimpleReply = "nbd simple reply";
    private const string Chunk = "nbd chunk";
    private const string Extent = "nbd extent";

    public static string[] Names { get; } = [Greeting, Option, OptionReply, Export, Go, Queries, Request, SimpleReply, Chunk, Extent];

    public static IEnumerable<Vector> All => [.. Handshakes(), .. Options(), .. Transmission()];

    /// <exception cref="ProtocolException">What the decoder says.</exception>
    public static byte[] ReadAndWrite(string message, ReadOnlySpan<byte> bytes) => message switch
    {
        Greeting => Write(NbdGreeting.Size, NbdGreeting.Read(bytes).Write),
        Option => Write(NbdOptionHeader.Size, NbdOptionHeader.Read(bytes).Write),
        OptionReply => Write(NbdOptionReply.Size, NbdOptionReply.Read(bytes).Write),
        Export => Write(NbdExportInfo.Size, NbdExportInfo.Read(bytes).Write),
        Go => NbdGo.Read(bytes).Write(),
        Queries => NbdMetaQueries.Read(bytes).Write(),
        Request => Write(NbdRequest.Size, NbdRequest.Read(bytes).Write),
        SimpleReply => Write(NbdSimpleReply.Size, NbdSimpleReply.Read(bytes).Write),
        Extent => Write(NbdExtent.Size, NbdExtent.Read(bytes).Write),
        _ => Write(NbdChunk.Size, NbdChunk.Read(bytes).Write),
    };

    private delegate void Writer(Span<byte> to);

    private static byte[] Write(int size, Writer write)
    {
        var bytes = new byte[size];
        write(bytes);
        return bytes;
    }

    private static IEnumerable<Vector> Handshakes()
    {
        var greeting = Write(NbdGreeting.Size, new NbdGreeting(NbdHandshakeFlags.FixedNewstyle | NbdHandshakeFlags.NoZeroes).Write);
        yield return new Vector("nbd_greeting", Greeting, null, "fixed newstyle, without zeros", greeting);
        yield return new Vector("nbd_greeting_magic", Greeting, "not an NBD server", "something else listens", Patched(greeting, 0, [0]));
        yield return new Vector("nbd_greeting_oldstyle", Greeting, "an NBD server of the oldstyle protocol", "the second number is that of the oldstyle", Patched(greeting, 8, [0, 0, 0x42, 0x02, 0x81, 0x86, 0x12, 0x53]));
        var export = Write(NbdExportInfo.Size, new NbdExportInfo(1 << 20, NbdExportFlags.HasFlags | NbdExportFlags.Flush).Write);
        yield return new Vector("nbd_export", Export, null, "a mebibyte that can be flushed", export);
        yield return new Vector("nbd_export_negative", Export, "an export without a valid size", "an export of 2^63 bytes", Patched(export, 0, [0x80]));
        yield return new Vector("nbd_export_cut", Export, "an export without a valid size", "an export without flags", export[..8]);
    }

    private static IEnumerable<Vector> Options()
    {
        var option = Write(NbdOptionHeader.Size, new NbdOptionHeader(NbdOption.StructuredReply, 0).Write);
        yield return new Vector("nbd_option", Option, null, "structured replies are wanted", option);
        yield return new Vector("nbd_option_magic", Option, "an option without its magic number", "no option", Patched(option, 7, [0]));
        yield return new Vector("nbd_option_long", Option, $"an option of {NbdLimits.Payload + 1} bytes", "an option longer than any request", Patched(option, 12, U32(NbdLimits.Payload + 1)));
        var reply = Write(NbdOptionReply.Size, new NbdOptionReply(NbdOption.Go, NbdOptionReplyType.Ack, 0).Write);
        yield return new Vector("nbd_option_reply", OptionReply, null, "the export is chosen", reply);
        yield return new Vector("nbd_option_reply_magic", OptionReply, "an answer to an option without its magic number", "the number of an option instead of that of an answer", Patched(reply, 0, option[..8]));
        yield return new Vector("nbd_option_reply_long", OptionReply, $"an answer of {NbdLimits.Option + 1} bytes to an option", "an answer longer than any", Patched(reply, 16, U32(NbdLimits.Option + 1)));
        var go = new NbdGo("disk", [NbdInfo.BlockSize]).Write();
        yield return new Vector("nbd_go", Go, null, "an export by its name, and its block size", go);
        yield return new Vector("nbd_go_name", Go, $"a name of {NbdLimits.Name + 1} bytes", "a name of an export longer than any", Patched(go, 0, U32(NbdLimits.Name + 1)));
        yield return new Vector("nbd_go_cut", Go, "an option is cut short", "fewer kinds of information than announced", go[..^1]);
        yield return new Vector("nbd_go_trailing", Go, "1 bytes too many in an option", "a byte behind the kinds of information", [.. go, 0]);
        var queries = new NbdMetaQueries("", ["base:allocation", "x-lazyclone:hydrated"]).Write();
        yield return new Vector("nbd_queries", Queries, null, "two contexts of the default export", queries);
        yield return new Vector("nbd_queries_many", Queries, $"{NbdLimits.Queries + 1} queries", "a query more than there may be", Patched(queries, 4, U32(NbdLimits.Queries + 1)));
    }

    private static IEnumerable<Vector> Transmission()
    {
        var request = Write(NbdRequest.Size, new NbdRequest(NbdCommand.WriteZeroes, NbdCommandFlags.NoHole | NbdCommandFlags.Fua, 0x1122334455667788, 1, 4096).Write);
        yield return new Vector("nbd_request", Request, null, "zeros that take space, durable", request);
        yield return new Vector("nbd_request_magic", Request, "a request without its magic number", "no request", Patched(request, 3, [0]));
        var simple = Write(NbdSimpleReply.Size, new NbdSimpleReply(NbdError.NoSpace, 5).Write);
        yield return new Vector("nbd_simple_reply", SimpleReply, null, "no space left", simple);
        yield return new Vector("nbd_simple_reply_magic", SimpleReply, "a reply without its magic number", "no reply", Patched(simple, 0, [0]));
        var chunk = Write(NbdChunk.Size, new NbdChunk(NbdChunkType.OffsetData, IsLast: true, 5, 4104).Write);
        yield return new Vector("nbd_chunk", Chunk, null, "the last 4096 bytes of a read", chunk);
        yield return new Vector("nbd_extent", Extent, null, "a hole of a mebibyte that reads as zeros", Write(NbdExtent.Size, new NbdExtent(1 << 20, 3).Write));
        yield return new Vector("nbd_chunk_magic", Chunk, "a part of a reply without its magic number", "a simple reply where there must be structure", Patched(chunk, 0, simple[..4]));
    }

    private static byte[] U32(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Patched(byte[] good, int at, byte[] field) => [.. good[..at], .. field, .. good[(at + field.Length)..]];
}

using Pipe.Protocol.Tests.Datagrams;

namespace Pipe.Protocol.Tests;

/// <summary>Reads anything that crosses the wire and writes it again; the decoders by the names that the vectors use.</summary>
internal static class Codec
{
    public const string LaneHelloName = "lane hello";
    public const string LaneAckName = "lane ack";
    public const string BlockHeaderName = "block header";
    public const string SpareWordName = "spare word";
    public const string KeeperRequestName = "keeper request";
    public const string KeeperAnswerName = "keeper answer";
    public const string TreeBlockName = "tree block";

    public static string NameOf(MessageType type) => type.ToString().ToLowerInvariant();

    /// <exception cref="ProtocolException">What the decoder says.</exception>
    public static byte[] ReadAndWrite(string message, ReadOnlySpan<byte> bytes) => message switch
    {
        LaneHelloName => Samples.Packed(LaneHello.Read(bytes)),
        LaneAckName => Samples.Packed(LaneAck.Read(bytes)),
        SpareWordName => SpareWord.Read(bytes).Packed(),
        KeeperRequestName => KeeperRequest.Read(bytes).Packed(),
        KeeperAnswerName => KeeperAnswer.Read(bytes).Packed(),
        TreeBlockName => [.. Entry.ReadAll(bytes).SelectMany(entry => entry.Packed)],
        BlockHeaderName => Samples.Packed(BlockHeader.Read(bytes, Limits.MaxBlock)),
        _ when DatagramScenarios.Names.Contains(message) => DatagramScenarios.ReadAndWrite(message, bytes),
        _ when NbdScenarios.Names.Contains(message) => NbdScenarios.ReadAndWrite(message, bytes),
        _ => Control(message, bytes),
    };

    /// <summary>A payload of a control message, without its frame.</summary>
    public static byte[] ReadAndWritePayload(MessageType type, ReadOnlySpan<byte> payload) => type switch
    {
        MessageType.Hello => Samples.Payloads(Hello.Read(payload)),
        MessageType.Offer => Samples.Payloads(Offer.Read(payload)),
        MessageType.Accept => Samples.Payloads(Accept.Read(payload)),
        MessageType.Listening => Samples.Payloads(Listening.Read(payload)),
        MessageType.Widen => Samples.Payloads(Widen.Read(payload)),
        MessageType.Block => [.. Samples.Packed(BlockHeader.Read(payload, Limits.MaxBlock)), .. payload[BlockHeader.Size..]],
        MessageType.Ack => Samples.Payloads(LaneAck.Read(payload)),
        MessageType.End => Samples.Payloads(End.Read(payload)),
        MessageType.Report => Samples.Payloads(Report.Read(payload)),
        MessageType.Abort => Samples.Payloads(Abort.Read(payload)),
        MessageType.Resume => Samples.Payloads(Resume.Read(payload)),
        MessageType.Resumed => Samples.Payloads(Resumed.Read(payload)),
        MessageType.Bye => Samples.Payloads(Bye.Read(payload)),
        MessageType.Want => Samples.Payloads(Want.Read(payload)),
        MessageType.Have => Samples.Payloads(Have.Read(payload)),
        MessageType.Reach => Samples.Payloads(Reach.Read(payload)),
        MessageType.Reached => Samples.Payloads(Reached.Read(payload)),
        MessageType.HaveRanges => Samples.Payloads(HaveRanges.Read(payload)),
        MessageType.Demand => Samples.Payloads(Demand.Read(payload)),
        MessageType.Feed => Samples.Payloads(Feed.Read(payload)),
        MessageType.Unfeed => Samples.Payloads(Unfeed.Read(payload)),
        MessageType.Draw => Samples.Payloads(Draw.Read(payload)),
        MessageType.Held => Samples.Payloads(Held.Read(payload)),
        MessageType.Unfed => Samples.Payloads(Unfed.Read(payload)),
        MessageType.Fault => Samples.Payloads(Fault.Read(payload)),
        MessageType.Ping => Samples.Payloads(Ping.Read(payload)),
        MessageType.Warning => Samples.Payloads(Warning.Read(payload)),
        MessageType.Waiting => Samples.Payloads(Waiting.Read(payload)),
        MessageType.Total => Samples.Payloads(Total.Read(payload)),
        MessageType.Transports => Samples.Payloads(Transports.Read(payload)),
        MessageType.DatagramPolicy => Samples.Payloads(DatagramPolicy.Read(payload)),
        MessageType.Limited => Samples.Payloads(Limited.Read(payload)),
        MessageType.Space => Samples.Payloads(Space.Read(payload)),
        MessageType.Paused => Samples.Payloads(Paused.Read(payload)),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "a message without a decoder in the tests"),
    };

    private static byte[] Control(string message, ReadOnlySpan<byte> bytes)
    {
        var frame = Frame.Read(bytes[..Frame.Size]);
        var payload = bytes[Frame.Size..];
        frame.Verify(bytes[..Frame.Size], payload);
        Assert.Equal(frame.Length, payload.Length);
        Assert.Equal(message, NameOf(frame.Type));
        return Samples.Sealed(frame.Type, ReadAndWritePayload(frame.Type, payload));
    }
}

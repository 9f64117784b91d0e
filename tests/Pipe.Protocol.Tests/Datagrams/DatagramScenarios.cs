using Pipe.Protocol.Datagrams;
using static Pipe.Protocol.Tests.Scenarios;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>The vectors of the datagram channel: texts after their seal is open, Hello and Welcome, and the header of a fragment.</summary>
internal static class DatagramScenarios
{
    public const string DataName = "datagram data";
    public const string AckName = "datagram ack";
    public const string CreditName = "datagram credit";
    public const string FloorName = "datagram floor";
    public const string TokenName = "datagram token";
    public const string CloseName = "datagram close";

    public static string[] Names { get; } = [DataName, AckName, CreditName, FloorName, TokenName, CloseName];

    public static IEnumerable<Vector> All => [.. Datas(), .. Acks(), .. Credits(), .. Others()];

    public static byte[] ReadAndWrite(string message, ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. bytes];
        return message switch
        {
            DataName => [.. DatagramSamples.Packed(DataHeader.Size, to => ReadData(all).Write(to)), .. all[DataHeader.Size..]],
            AckName => [.. DatagramSamples.Packed(DatagramAck.Size, to => DatagramAck.Read(all).Write(to)), .. all[DatagramAck.Size..]],
            CreditName => [.. DatagramSamples.Packed(DatagramCredit.Size, to => DatagramCredit.Read(all).Write(to)), .. all[DatagramCredit.Size..]],
            FloorName => DatagramSamples.Packed(DatagramFloor.Size, to => DatagramFloor.Read(all).Write(to)),
            TokenName => DatagramSamples.Packed(DatagramToken.Size, to => DatagramToken.Read(all).Write(to)),
            _ => DatagramSamples.Packed(all.Length, to => DatagramClose.Read(all).Write(to)),
        };
    }

    /// <summary>A fragment whose check has been looked at already: header and payload.</summary>
    private static DataHeader ReadData(byte[] bytes)
    {
        Assert.True(DatagramHeader.TryRead(bytes, out var header));
        return DataHeader.Read(header, bytes, bytes.Length - DataHeader.Size);
    }

    private static IEnumerable<Vector> Datas()
    {
        byte[] good = [.. DatagramSamples.DataPrefix(DatagramSamples.Keys().FromConnector), .. DatagramSamples.Block];
        byte[] last = Patched(good, 24, U32(8));
        yield return new Vector("datagram_data", DataName, null, "a block that fits into one fragment", good);
        yield return new Vector("datagram_data_last", DataName, null, "the last fragment of a block", Patched(last, 28, U32(92)));
        yield return new Vector("datagram_data_largest", DataName, null, "the largest block there can be", Patched(good, 28, U32(DatagramLimits.MaxBlock))[..(DataHeader.Size + 80)]);
        yield return new Vector("datagram_data_size_0", DataName, "a fragment of a block of 0 bytes", "a block without its header", Patched(good, 28, U32(0)));
        yield return new Vector("datagram_data_size", DataName, $"a fragment of a block of {DatagramLimits.MaxBlock + 1} bytes", "a block beyond the largest", Patched(good, 28, U32(DatagramLimits.MaxBlock + 1)));
        yield return new Vector("datagram_data_empty", DataName, "a fragment of 0 bytes at 0 of 84", "a fragment without bytes", good[..DataHeader.Size]);
        yield return new Vector("datagram_data_offset", DataName, "a fragment of 84 bytes at 4 of 200", "an offset that is no multiple of the unit", Patched(Patched(good, 24, U32(4)), 28, U32(200)));
        yield return new Vector("datagram_data_beyond", DataName, "a fragment of 84 bytes at 8 of 84", "a fragment that goes beyond its block", last);
        yield return new Vector("datagram_data_negative", DataName, "a fragment of 84 bytes at 4294967288 of 84", "an offset beyond 2^31", Patched(good, 24, U32(0xFFFFFFF8)));
        yield return new Vector("datagram_data_inside", DataName, "a fragment of 84 bytes inside a block", "a length that is no multiple of the unit, not at the end", Patched(good, 28, U32(200)));
    }

    private static IEnumerable<Vector> Acks()
    {
        var good = DatagramSamples.AckText;
        yield return new Vector("datagram_ack", AckName, null, "three ranges with gaps of 2 and 1 between them", good);
        yield return new Vector("datagram_ack_split", AckName, null, "a run of numbers and a gap that are longer than a step", [.. DatagramSamples.Packed(DatagramAck.Size, to => (DatagramSamples.Ack with { Largest = 1_000_000, Count = 4 }).Write(to)), .. DatagramSamples.Packed(new(0, 65535), new(0, 5), new(65535, 0), new(1, 1))]);
        yield return new Vector("datagram_ack_cut", AckName, "an Ack cut short", "an Ack that ends before its ranges", good[..(DatagramAck.Size - 1)]);
        yield return new Vector("datagram_ack_ranges_cut", AckName, "an Ack of 43 bytes with 3 ranges", "ranges that end too early", good[..^1]);
        yield return new Vector("datagram_ack_none", AckName, "an Ack of 44 bytes with 0 ranges", "an Ack that acknowledges nothing", Patched(good, 24, U16(0)));
        yield return new Vector("datagram_ack_zero", AckName, "an Ack of 44 bytes with 65539 ranges", "the bytes behind the count must be zero", Patched(good, 26, U16(1)));
        yield return new Vector("datagram_ack_many", AckName, $"an Ack of 44 bytes with {DatagramLimits.MaxAckRanges + 1} ranges", "more ranges than an Ack may have", Patched(good, 24, U16(DatagramLimits.MaxAckRanges + 1)));
    }

    private static IEnumerable<Vector> Credits()
    {
        var good = DatagramSamples.CreditText;
        yield return new Vector("datagram_credit", CreditName, null, "blocks 0 to 3, 5 and 6 are finished, 6 came damaged", good);
        yield return new Vector("datagram_credit_first", CreditName, null, "room for 64 blocks and nothing finished", DatagramSamples.Packed(DatagramCredit.Size, to => new DatagramCredit(1, 64, 0, 0, 0, 0).Write(to)));
        yield return new Vector("datagram_credit_cut", CreditName, "a Credit cut short", "a Credit that ends before its lists", good[..(DatagramCredit.Size - 1)]);
        yield return new Vector("datagram_credit_lists_cut", CreditName, "a Credit of 51 bytes with 1 ranges and 1 damaged blocks", "lists that end too early", good[..^1]);
        yield return new Vector("datagram_credit_zero", CreditName, "a Credit of 52 bytes with 1 ranges and 1 damaged blocks", "the bytes behind the counts must be zero", Patched(good, 36, [1]));
        yield return new Vector("datagram_credit_ranges", CreditName, $"a Credit of 52 bytes with {DatagramLimits.MaxFinishedRanges + 1} ranges and 1 damaged blocks", "more ranges than a Credit may have", Patched(good, 32, U16(DatagramLimits.MaxFinishedRanges + 1)));
        yield return new Vector("datagram_credit_damaged", CreditName, $"a Credit of 52 bytes with 1 ranges and {DatagramLimits.MaxDamaged + 1} damaged blocks", "more damaged blocks than a Credit may name", Patched(good, 34, U16(DatagramLimits.MaxDamaged + 1)));
        yield return new Vector("datagram_credit_below_floor", CreditName, "a Credit up to block 3 with all below 4 finished", "a limit below the floor", Patched(good, 8, U64(3)));
        yield return new Vector("datagram_credit_spread", CreditName, $"a Credit up to block {DatagramLimits.MaxSpread + 5} with all below 4 finished", "a limit beyond the spread", Patched(good, 8, U64(DatagramLimits.MaxSpread + 5)));
    }

    private static IEnumerable<Vector> Others()
    {
        var (floor, token, close) = (DatagramSamples.FloorText, DatagramSamples.TokenText, DatagramSamples.CloseText);
        yield return new Vector("datagram_floor", FloorName, null, "numbers below 900 are settled", floor);
        yield return new Vector("datagram_floor_cut", FloorName, "a Floor of 23 bytes", "a Floor that ends too early", floor[..^1]);
        yield return new Vector("datagram_floor_trailing", FloorName, "a Floor of 25 bytes", "a byte behind a Floor", [.. floor, 0]);
        yield return new Vector("datagram_token", TokenName, null, "the token of a Challenge", token);
        yield return new Vector("datagram_token_cut", TokenName, "a Challenge or Response of 7 bytes", "a token that ends too early", token[..^1]);
        yield return new Vector("datagram_close", CloseName, null, "the user ended the copy", close);
        yield return new Vector("datagram_close_silent", CloseName, null, "a Close without a cause", [0, 0]);
        yield return new Vector("datagram_close_cut", CloseName, "a Close of 12 bytes", "a cause that ends too early", close[..^1]);
        yield return new Vector("datagram_close_trailing", CloseName, "a Close of 14 bytes", "a byte behind the cause of a Close", [.. close, 0]);
        yield return new Vector("datagram_close_empty", CloseName, "a Close of 1 bytes", "a Close without the length of its cause", [6]);
    }
}

using System.Buffers.Binary;

namespace Pipe.Protocol.Tests;

/// <summary>The vectors of messages to and from spare servers and keepers.</summary>
internal static class SpareScenarios
{
    private const string NoWord = "invalid message to a spare server";
    private const string NoRequest = "invalid keeper request";
    private const string NoAnswer = "invalid keeper answer";

    public static string[] Names { get; } = [Codec.SpareWordName, Codec.KeeperRequestName, Codec.KeeperAnswerName];

    /// <summary>Packets that are right.</summary>
    public static byte[][] Good { get; } =
    [
        Samples.KeeperRequest.Packed(),
        new KeeperRequest(KeeperRequestKind.End, 0, default).Packed(),
        new KeeperAnswer(KeeperAnswerKind.Given).Packed(),
        new KeeperAnswer(KeeperAnswerKind.Ended, 255).Packed(),
    ];

    public static IEnumerable<Vector> All => [.. Words(), .. Requests(), .. Answers()];

    private static IEnumerable<Vector> Words()
    {
        var ping = new SpareWord(SpareWordKind.Ping, ulong.MaxValue).Packed();
        yield return new Vector("spare_ping", Codec.SpareWordName, null, "the last ping there can be", ping);
        yield return new Vector("spare_pong", Codec.SpareWordName, null, "the answer to it", new SpareWord(SpareWordKind.Pong, ulong.MaxValue).Packed());
        var call = new SpareWord(SpareWordKind.Call, 0).Packed();
        yield return new Vector("spare_call", Codec.SpareWordName, null, "a session is to begin", call);
        yield return new Vector("spare_call_numbered", Codec.SpareWordName, NoWord, "a call has no number", Patched(call, 8, [1]));
        yield return new Vector("spare_marker", Codec.SpareWordName, NoWord, "a client that does not know that the server waits", Frame.Marker.ToArray());
    }

    private static IEnumerable<Vector> Requests()
    {
        var take = Good[0];
        yield return new Vector("keeper_take", Codec.KeeperRequestName, null, "a spare server is wanted, and the login for a minute", take);
        yield return new Vector("keeper_end", Codec.KeeperRequestName, null, "the login is to end", Good[1]);
        yield return new Vector("keeper_take_year", Codec.KeeperRequestName, null, "the login for a year", Patched(take, 12, U32(Limits.MaxTimeoutSeconds)));
        yield return new Vector("keeper_take_longer", Codec.KeeperRequestName, $"a login for {Limits.MaxTimeoutSeconds + 1} seconds", "the login for a second more than a year", Patched(take, 12, U32(Limits.MaxTimeoutSeconds + 1)));
        yield return new Vector("keeper_magic", Codec.KeeperRequestName, NoRequest, "a client of something else", Patched(take, 0, [0]));
        yield return new Vector("keeper_version", Codec.KeeperRequestName, NoRequest, "version 2 of the conversation with a keeper", Patched(take, 8, [2]));
        yield return new Vector("keeper_kind_0", Codec.KeeperRequestName, NoRequest, "a request for nothing", Patched(take, 10, [0]));
        yield return new Vector("keeper_kind_3", Codec.KeeperRequestName, NoRequest, "a request beyond the last", Patched(take, 10, [3]));
        yield return new Vector("keeper_flags", Codec.KeeperRequestName, NoRequest, "byte 11 of a request must be zero", Patched(take, 11, [1]));
        yield return new Vector("keeper_cut", Codec.KeeperRequestName, NoRequest, "a request without the end of its key", take[..^1]);
        yield return new Vector("keeper_trailing", Codec.KeeperRequestName, NoRequest, "a byte behind the key", [.. take, 0]);
        yield return new Vector("keeper_empty", Codec.KeeperRequestName, NoRequest, "the end of the connection to a keeper", []);
    }

    private static IEnumerable<Vector> Answers()
    {
        var given = Good[2];
        yield return new Vector("keeper_given", Codec.KeeperAnswerName, null, "a server is handed over", given);
        yield return new Vector("keeper_none", Codec.KeeperAnswerName, null, "there is no server", new KeeperAnswer(KeeperAnswerKind.None).Packed());
        yield return new Vector("keeper_ended", Codec.KeeperAnswerName, null, "ssh has failed", Good[3]);
        yield return new Vector("keeper_ended_signal", Codec.KeeperAnswerName, null, "ssh was killed", new KeeperAnswer(KeeperAnswerKind.Ended, 0, 9).Packed());
        yield return new Vector("keeper_answer_magic", Codec.KeeperAnswerName, NoAnswer, "something else listens there", Patched(given, 7, [0]));
        yield return new Vector("keeper_answer_version", Codec.KeeperAnswerName, NoAnswer, "an answer in version 2", Patched(given, 8, [2]));
        yield return new Vector("keeper_answer_kind_0", Codec.KeeperAnswerName, NoAnswer, "an answer without a kind", Patched(given, 10, [0]));
        yield return new Vector("keeper_answer_kind_4", Codec.KeeperAnswerName, NoAnswer, "an answer beyond the last", Patched(given, 10, [4]));
        yield return new Vector("keeper_answer_flags", Codec.KeeperAnswerName, NoAnswer, "byte 11 of an answer must be zero", Patched(given, 11, [1]));
        yield return new Vector("keeper_answer_cut", Codec.KeeperAnswerName, NoAnswer, "an answer that ends too early", given[..^1]);
        yield return new Vector("keeper_answer_trailing", Codec.KeeperAnswerName, NoAnswer, "a byte behind the signal", [.. given, 0]);
    }

    private static byte[] U32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Patched(byte[] good, int at, ReadOnlySpan<byte> bytes)
    {
        var bad = good.ToArray();
        bytes.CopyTo(bad.AsSpan(at));
        return bad;
    }
}

using System.Buffers.Binary;
using Pipe.Protocol;

namespace Pipe.Nbd.Tests;

/// <summary>Messages of clients.</summary>
internal static class Words
{
    /// <summary>The client's flags: fixed newstyle without zeroes.</summary>
    public static byte[] Hello { get; } = [0, 0, 0, 3];

    public static byte[] Option(NbdOption option, params byte[] data)
    {
        var bytes = new byte[NbdOptionHeader.Size + data.Length];
        new NbdOptionHeader(option, (uint)data.Length).Write(bytes);
        data.CopyTo(bytes, NbdOptionHeader.Size);
        return bytes;
    }

    public static byte[] Go(string export = "") => Option(NbdOption.Go, new NbdGo(export, []).Write());

    public static byte[] Request(NbdCommand type, long offset, uint length, ulong cookie = 1, NbdCommandFlags flags = NbdCommandFlags.None, byte[]? payload = null)
    {
        var bytes = new byte[NbdRequest.Size + (payload?.Length ?? 0)];
        new NbdRequest(type, flags, cookie, (ulong)offset, length).Write(bytes);
        payload?.CopyTo(bytes, NbdRequest.Size);
        return bytes;
    }

    /// <summary>The types of the replies to options, after the greeting.</summary>
    public static List<NbdOptionReplyType> OptionReplies(ReadOnlySpan<byte> answers)
    {
        var types = new List<NbdOptionReplyType>();
        for (var rest = answers[NbdGreeting.Size..]; rest.Length >= NbdOptionReply.Size && BinaryPrimitives.ReadUInt64BigEndian(rest) == NbdMagic.OptionReply;)
        {
            var reply = NbdOptionReply.Read(rest);
            types.Add(reply.Type);
            rest = rest[(NbdOptionReply.Size + (int)reply.Length)..];
        }

        return types;
    }
}

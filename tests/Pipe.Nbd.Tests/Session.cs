using Pipe.Engine.Tests;
using Pipe.Protocol;

namespace Pipe.Nbd.Tests;

/// <summary>One client that negotiates simple replies, and then sends requests.</summary>
internal static class Session
{
    /// <summary>Returns the bytes after the handshake.</summary>
    public static byte[] Answers(CloneBench bench, params byte[][] requests)
    {
        using var pool = new BufferPool();
        return Answers(bench, pool, requests);
    }

    public static byte[] Answers(CloneBench bench, BufferPool pool, params byte[][] requests)
    {
        byte[][] script = [Words.Hello, Words.Go(), .. requests];
        using var channel = new ScriptedChannel([.. script.SelectMany(part => part)]);
        using (var connection = new NbdConnection(channel, bench.Clone, pool, ExportSecurity.None))
        {
            connection.Run();
        }

        var answers = channel.Answers.ToArray();
        return answers[(answers.AsSpan().LastIndexOf(Ack()) + NbdOptionReply.Size)..];
    }

    /// <summary>Returns the errors of requests that are answered without data, in the order of the requests.</summary>
    public static List<NbdError> Errors(CloneBench bench, params byte[][] requests)
    {
        var errors = new List<NbdError>();
        foreach (var request in requests)
        {
            errors.Add(NbdSimpleReply.Read(Answers(bench, request)).Error);
        }

        return errors;
    }

    private static byte[] Ack()
    {
        var bytes = new byte[NbdOptionReply.Size];
        new NbdOptionReply(NbdOption.Go, NbdOptionReplyType.Ack, 0).Write(bytes);
        return bytes;
    }
}

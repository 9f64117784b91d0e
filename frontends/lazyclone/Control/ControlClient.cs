using System.Net.Sockets;
using System.Text;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Nbd;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>Asks a running clone.</summary>
internal static class ControlClient
{
    /// <param name="socket">Of the export.</param>
    /// <param name="words">The question.</param>
    /// <exception cref="Failure">No clone is there, or it says no.</exception>
    public static void Ask(string socket, params IEnumerable<string> words)
    {
        using var connection = LocalSocket.Connect(ControlLine.PathOf(socket));
        using var stream = new NetworkStream(connection);
        stream.Write(Encoding.UTF8.GetBytes(ControlLine.Of(words) + "\n"));
        using var answer = new StreamReader(stream);
        while (answer.ReadLine() is { } line)
        {
            switch (line.Length > 0 ? line[0] : ControlLine.Failed)
            {
                case ControlLine.Text:
                    Messages.Answer(line[1..] + "\n");
                    break;
                case ControlLine.Done:
                    return;
                default:
                    throw ControlLine.FailureOf(line);
            }
        }

        throw new Failure(ExitCode.Unreachable, $"{socket}: the clone has ended");
    }
}

using System.Net.Sockets;
using System.Text;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Nbd;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>Sends commands to a running clone.</summary>
internal static class ControlClient
{
    /// <summary>Sends a command and prints the reply.</summary>
    /// <param name="socket">The path of the socket of the export.</param>
    /// <param name="words">The words of the command.</param>
    /// <exception cref="Failure">No clone runs there, or the command failed.</exception>
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

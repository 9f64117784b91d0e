using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Pipe.Ssh;

/// <summary>Runs a command over a connection, and connects it to the standard streams of this process.</summary>
/// <param name="client">The connection.</param>
/// <param name="host">The host, for messages.</param>
/// <param name="limit">Bounds the received data that are not written yet.</param>
internal sealed class RemoteCommand(SshClient client, string host, ReceiveLimit limit)
{
    /// <summary>The exit status of ssh for its own failures, and for a command that a signal has killed.</summary>
    public const int Failed = 255;

    private const int BufferSize = 256 * 1024;

    /// <returns>The exit status of the command.</returns>
    /// <exception cref="Failure">The connection was lost, or the command cannot be started.</exception>
    public int Run(string line)
    {
        try
        {
            return RunOver(line);
        }
        catch (SshException e)
        {
            throw SshFailure.Of($"{host}: {SshFailure.Words(e)}", inner: e);
        }
    }

    private int RunOver(string line)
    {
        using var command = client.CreateCommand(System.Text.Encoding.Latin1.GetString(RawText.Encode(line)));
        var running = command.ExecuteAsync();
        DataThread.Start("standard input", () => Send(command));
        var output = DataThread.Start("standard output", () => Receive(command.OutputStream, new Fd(1, "standard output")));
        var errors = DataThread.Start("standard error", () => Receive(command.ExtendedOutputStream, new Fd(2, "standard error")));
        running.GetAwaiter().GetResult();
        output.Join();
        errors.Join();
        return command.ExitStatus ?? Failed;
    }

    /// <summary>Sends standard input until it or the command ends.</summary>
    private static void Send(SshCommand command)
    {
        var input = new Fd(0, "standard input");
        var buffer = new byte[BufferSize];
        try
        {
            using var stream = command.CreateInputStream();
            var hasBegun = false;
            for (int count; (count = input.Read(buffer)) > 0; hasBegun = true)
            {
                stream.Write(buffer, 0, count);
            }

            if (!hasBegun)
            {
                // The library cannot end an empty stream. Input without a byte means that the parent has died.
                Sys.ExitNow(Failed);
            }
        }
        catch (Exception e) when (e is SshException or IOException or SocketException or InvalidOperationException)
        {
            // The command or the connection has ended; the main thread reports how.
        }

        input.Release();
    }

    /// <summary>Writes all received data. After a write error it drops the rest, so that the command can end and report its status.</summary>
    private void Receive(Stream from, Fd to)
    {
        var buffer = new byte[BufferSize];
        var isOpen = true;
        for (int count; (count = from.Read(buffer)) > 0; limit.Release(count))
        {
            isOpen = isOpen && TryWrite(to, buffer.AsSpan(0, count));
        }

        to.Release();
    }

    private static bool TryWrite(Fd to, ReadOnlySpan<byte> bytes)
    {
        try
        {
            to.WriteAll(bytes);
            return true;
        }
        catch (LinuxException)
        {
            return false;
        }
    }
}

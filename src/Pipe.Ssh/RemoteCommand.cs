using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Pipe.Ssh;

/// <summary>Runs a command over a connection, with this process's standard streams as its own.</summary>
/// <param name="client">The connection.</param>
/// <param name="host">The host, for messages.</param>
/// <param name="limit">Bounds what has arrived and is not written yet.</param>
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

    /// <summary>Sends standard input until it ends, or the command does.</summary>
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
                // The library cannot end a stream that has not begun. The program that started this one has died.
                Sys.ExitNow(Failed);
            }
        }
        catch (Exception e) when (e is SshException or IOException or SocketException or InvalidOperationException)
        {
            // The command or the connection has ended; the main thread learns how.
        }

        input.Release();
    }

    /// <summary>Writes what arrives. Once our reader is gone the rest is dropped, so that the command can end and report its status.</summary>
    private void Receive(Stream from, Fd to)
    {
        var buffer = new byte[BufferSize];
        var isOpen = true;
        for (int count; (count = from.Read(buffer)) > 0; limit.Leave(count))
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

using System.Diagnostics;
using System.Net.Sockets;
using Pipe.Protocol;

namespace EndToEnd.Tests.Security;

/// <summary>Carries one control channel between the program called ssh and the far end.</summary>
internal sealed class ControlTap(Middle middle, Socket login, Process server) : IDisposable
{
    private readonly NetworkStream _initiator = new(login, ownsSocket: true);

    public void Start()
    {
        Run(() =>
        {
            Carry(_initiator, server.StandardInput.BaseStream, fromInitiator: true);
            server.StandardInput.Close();
        });
        Run(() =>
        {
            Carry(server.StandardOutput.BaseStream, _initiator, fromInitiator: false);
            login.Shutdown(SocketShutdown.Send);
        });
    }

    public void Dispose()
    {
        _initiator.Dispose();
        try
        {
            server.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has gone before.
        }
    }

    private void Carry(Stream from, Stream to, bool fromInitiator)
    {
        var marker = new byte[Frame.Marker.Length];
        from.ReadExactly(marker);
        to.Write(marker);
        var header = new byte[Frame.Size];
        while (from.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length)
        {
            var frame = Frame.Read(header);
            var payload = new byte[frame.Length];
            from.ReadExactly(payload);
            to.Write(middle.Look(frame.Type, payload, fromInitiator) ?? [.. header, .. payload]);
            to.Flush();
        }
    }

    private static void Run(Action carry) => new Thread(() =>
    {
        try
        {
            carry();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two has gone; the other sees the end of the channel.
        }
    })
    { IsBackground = true, Name = "control tap" }.Start();
}

using System.Net;
using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>Waits for one server on the two ports of the classic protocol, and closes connections from other addresses.</summary>
internal sealed class ClassicListener : IDisposable
{
    private readonly HashSet<IPAddress> _allowed;
    private readonly TimeSpan? _limit;
    private readonly TimeSpan _idle;
    private readonly Socket _data;
    private readonly Socket _control;

    /// <param name="allowed">The addresses or names of the server.</param>
    /// <param name="limit">How long to wait for it; null for no limit.</param>
    /// <param name="idle">The longest wait within a connection.</param>
    public ClassicListener(IEnumerable<string> allowed, TimeSpan? limit, TimeSpan idle)
    {
        (_limit, _idle) = (limit, idle);
        _allowed = [.. allowed.SelectMany(AddressesOf)];
        _data = Listen(ClassicTerms.DataPort);
        _control = Listen(ClassicTerms.ControlPort);
    }

    public ClassicLink AcceptControl() => Accept(_control);

    public ClassicLink AcceptData() => Accept(_data);

    public void Dispose()
    {
        _data?.Dispose();
        _control?.Dispose();
    }

    private static IPAddress[] AddressesOf(string name) => HostAddresses.Of(name) is { Length: > 0 } found
        ? found
        : throw new Failure(ExitCode.Usage, $"--allow-from: {name}: no address is known for this name");

    private static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ExclusiveAddressUse = false };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            socket.Listen();
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new Failure(ExitCode.Unreachable, $"port {port}: cannot listen: {LinuxException.Describe(e)}");
        }
    }

    private ClassicLink Accept(Socket listener)
    {
        while (true)
        {
            if (_limit is { } limit && !listener.Poll(limit, SelectMode.SelectRead))
            {
                throw new Failure(ExitCode.Unreachable, $"no server within {limit.TotalSeconds:0} seconds");
            }

            var socket = listener.Accept();
            var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            if (_allowed.Contains(address))
            {
                return new ClassicLink(socket, $"{address}", _idle);
            }

            socket.Dispose();
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Pipe.Protocol;

namespace Pipe.Fuzz.Sessions;

/// <summary>A relay before a listener: carries data connections to it, and tampers with some of them.</summary>
internal sealed class LaneTap : IDisposable
{
    private readonly Tapped _session;
    private readonly Random _random;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];
    private readonly int _port;
    private bool _isOver;

    public LaneTap(Tapped session, int port, Random random)
    {
        (_session, _port, _random) = (session, port, random);
        _listener.Start();
        new Thread(Accept) { IsBackground = true, Name = "lane tap" }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        lock (_sockets)
        {
            _isOver = true;
            _sockets.ForEach(socket => socket.Dispose());
        }

        _listener.Dispose();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                Carry(_listener.AcceptSocket());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The session is over, or the listener behind has gone.
        }
    }

    private void Carry(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        lock (_sockets)
        {
            if (_isOver)
            {
                near.Dispose();
                far.Dispose();
                return;
            }

            _sockets.AddRange([near, far]);
        }

        try
        {
            far.Connect(IPAddress.Loopback, _port);
        }
        catch (SocketException)
        {
            near.Dispose();
            return;
        }

        Start(near, far);
        Start(far, near);
    }

    private void Start(Socket from, Socket to)
    {
        Random random;
        lock (_random)
        {
            random = new Random(_random.Next());
        }

        new Thread(() =>
        {
            try
            {
                Carry(from, to, random);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                from.Dispose();
                to.Dispose();
            }
        }, 256 * 1024)
        { IsBackground = true, Name = "lane tap" }.Start();
    }

    private void Carry(Socket from, Socket to, Random random)
    {
        var harm = random.Next(100) < _session.Scenario.LaneHarm ? 1L << random.Next(0, 22) : long.MaxValue;
        var done = 0L;
        var buffer = new byte[65536];
        for (int count; (count = from.Receive(buffer)) > 0; done += count)
        {
            if (done + count <= harm)
            {
                Send(to, buffer.AsSpan(0, count));
                continue;
            }

            harm = random.Next(3) == 0 ? done + count + random.Next(100_000) : long.MaxValue;
            if (!Tamper(to, buffer[..count], done, random))
            {
                from.Dispose();
                to.Dispose();
                return;
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }

    private bool Tamper(Socket to, byte[] bytes, long at, Random random)
    {
        switch (random.Next(9))
        {
            case 0:
                Say(at, "closed");
                return false;
            case 1:
                Say(at, "reset");
                to.LingerState = new LingerOption(true, 0);
                return false;
            case 2:
                Say(at, "half closed");
                Send(to, bytes);
                to.Shutdown(SocketShutdown.Send);
                return true;
            case 3:
                Say(at, "silent");
                _session.Ended.Wait();
                return false;
            case 4:
                Say(at, "swallowed");
                return true;
            case 5:
                Say(at, "twice");
                Send(to, bytes);
                Send(to, bytes);
                return true;
            case 6 when bytes.Length >= BlockHeader.Size && bytes.AsSpan().IndexOf("PBLK"u8) is >= 0 and var header && header + BlockHeader.Size <= bytes.Length:
                Say(at, "a header changed, with a check that fits");
                bytes[header + 4 + random.Next(BlockHeader.Size - 12)] ^= (byte)(1 << random.Next(8));
                Wire.SealHeader(bytes.AsSpan(header, BlockHeader.Size));
                Send(to, bytes);
                return true;
            default:
                Say(at, "changed");
                Send(to, random.Next(2) == 0 ? Mutator.FlipBit(bytes, random) : Mutator.Mutate(bytes, random, _session.Corpus));
                return true;
        }
    }

    private void Say(long at, string what) => _session.Log.Add($"{_session.Time} a data connection {what} at {at}");

    private static void Send(Socket to, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[to.Send(bytes)..];
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>Why the rest of a batch was not sent.</summary>
internal enum SendFailure
{
    None,

    /// <summary>A local queue is full: try again later. Says nothing about the network.</summary>
    Full,

    /// <summary>The next datagram exceeds the MTU of the device, or of the path as the kernel knows it.</summary>
    TooLong,

    /// <summary>There is no route at the moment, or a local filter forbids it.</summary>
    Unreachable,
}

/// <param name="Sent">Datagrams that the kernel has taken and that were removed from the batch.</param>
/// <param name="Failure">Why sending stopped before the end of the batch.</param>
/// <param name="Errno">The cause, or 0.</param>
internal readonly record struct SendResult(int Sent, SendFailure Failure, int Errno);

/// <summary>
/// A UDP socket that never fragments. Sending and receiving never block; <see cref="Wait"/> does. At most one thread sends and one
/// receives, possibly the same.
/// </summary>
internal sealed class UdpSocket : IDisposable
{
    private readonly Fd _fd;
    private readonly bool _is6;

    private UdpSocket(Fd fd, bool is6) => (_fd, _is6) = (fd, is6);

    public Fd Fd => _fd;

    /// <summary>Whether the socket is IPv6; it then takes IPv4 addresses in mapped form.</summary>
    public bool Is6 => _is6;

    /// <summary>Whether the kernel splits messages into datagrams (GSO). Cleared when a send shows that the device cannot.</summary>
    public bool IsSegmenting { get; set; }

    /// <summary>Whether the kernel coalesces received datagrams (GRO).</summary>
    public bool IsCoalescing { get; private set; }

    /// <summary>Messages resent as single datagrams because the kernel could not split them.</summary>
    public long Resegmented { get; private set; }

    /// <summary>Binds to the first free port of the range; 0 to 0 is any port.</summary>
    /// <param name="address">A local address.</param>
    /// <param name="low">First port.</param>
    /// <param name="high">Last port.</param>
    /// <param name="bufferBytes">Size of each socket buffer; for root it may exceed the system's limit. 0 keeps the default.</param>
    /// <exception cref="LinuxException">No port of the range is free, or the address is not local.</exception>
    public static UdpSocket Bind(IPAddress address, int low, int high, int bufferBytes)
    {
        for (var port = low; ; port++)
        {
            var socket = Make(address, low == 0 ? "data port" : $"data ports {low}-{high}");
            try
            {
                socket.Prepare(bufferBytes);
                socket.BindTo(new SocketName(address, port));
                return socket;
            }
            catch (LinuxException e) when (e.Errno == Errno.AddressInUse && port < high)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    /// <summary>The MTU of the route to an address; 0 if there is no route.</summary>
    public static unsafe int RouteMtu(SocketName there)
    {
        using var probe = Make(there.Is6 ? IPAddress.IPv6Any : IPAddress.Any, "route");
        var (level, option) = there.Is6 ? (Sys.LevelIpv6, Sys.Option6Mtu) : (Sys.LevelIp, Sys.OptionMtu);
        return Sys.Connect(probe._fd.Number, (byte*)&there, (uint)there.Length) == 0 && probe._fd.TryGetOption(level, option, out var mtu) ? mtu : 0;
    }

    /// <summary>Sends a datagram of a given size and waits for an ICMP error; null if none arrives in time.</summary>
    public static unsafe string? Complaint(SocketName there, int bytes, int milliseconds)
    {
        using var probe = Make(there.Is6 ? IPAddress.IPv6Any : IPAddress.Any, "route");
        if (Sys.Connect(probe._fd.Number, (byte*)&there, (uint)there.Length) != 0 || probe._fd.TryWrite(new byte[bytes]) < 0)
        {
            return LinuxException.Describe(Marshal.GetLastPInvokeError());
        }

        var wait = new PollFd { Fd = probe._fd.Number, Events = PollFd.In };
        var time = new TimeSpec { Seconds = milliseconds / 1000, Nanoseconds = milliseconds % 1000 * 1_000_000L };
        Sys.PollUntil(&wait, 1, &time, null);
        var error = probe._fd.GetOption(Sys.LevelSocket, Sys.OptionError);
        return error == 0 ? null : LinuxException.Describe(error);
    }

    public unsafe SocketName LocalName()
    {
        var name = stackalloc byte[SocketName.MaxSize];
        uint length = SocketName.MaxSize;
        _fd.Check(Sys.GetSocketName(_fd.Number, name, &length), "getsockname");
        return new SocketName(name);
    }

    /// <summary>Buffer sizes as the kernel counts them: twice the size requested.</summary>
    public (int Send, int Receive) Buffers() =>
        (_fd.GetOption(Sys.LevelSocket, Sys.OptionSendBuffer), _fd.GetOption(Sys.LevelSocket, Sys.OptionReceiveBuffer));

    /// <summary>Turns receive coalescing (GRO) on or off, if the kernel supports it.</summary>
    public void Coalesce(bool isWanted) => IsCoalescing = _fd.TrySetOption(Sys.LevelUdp, Sys.OptionUdpGro, isWanted ? 1 : 0) && isWanted;

    /// <summary>Reports the local address that each datagram was sent to, so that the reply can leave from it.</summary>
    public void TellDestinations()
    {
        if (_is6)
        {
            _fd.SetOption(Sys.LevelIpv6, Sys.Option6ReceivePacketInfo, 1);
        }
        else
        {
            _fd.SetOption(Sys.LevelIp, Sys.OptionPacketInfo, 1);
        }
    }

    /// <summary>Sends as much of the batch as possible without waiting.</summary>
    /// <param name="batch">Sent datagrams are removed from it.</param>
    /// <param name="to">The destination, in the family of this socket, see <see cref="SocketName.For"/>.</param>
    /// <param name="from">The source address; with none, the kernel chooses.</param>
    public unsafe SendResult Send(DatagramBatch batch, in SocketName to, in SocketName from)
    {
        const int messagesPerCall = 1024;
        var before = batch.Count;
        var isSegmented = IsSegmenting;
        while (batch.Count > 0)
        {
            var count = batch.Frame(to, from, isSegmented, messagesPerCall, out var messages);
            var sent = Sys.SendMessages(_fd.Number, messages, (uint)count, Sys.MessageDontWait | Sys.MessageNoSignal);
            if (sent > 0)
            {
                batch.DropMessages(sent);
                if (!isSegmented && IsSegmenting)
                {
                    // The datagrams were accepted one by one after a segmented send failed.
                    IsSegmenting = false;
                }

                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == Errno.Interrupted)
            {
                continue;
            }

            if (batch.FirstRun > 1 && MayBeSegmentation(error))
            {
                // The device cannot segment, or a single datagram is too long: the next send shows which.
                isSegmented = false;
                Resegmented++;
                continue;
            }

            return new SendResult(before - batch.Count, FailureOf(error), error);
        }

        return new SendResult(before, SendFailure.None, 0);
    }

    /// <summary>Receives the datagrams that have arrived.</summary>
    /// <returns>Whether any have.</returns>
    public bool Receive(DatagramRing ring)
    {
        while (ring.Fill(_fd) < 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.Interrupted:
                case Errno.ConnectionRefused:
                    // ICMP errors can be forged: ignore them.
                    continue;
                case Errno.Again:
                    return false;
                default:
                    LinuxException.Throw("recvmmsg", _fd.Name);
                    break;
            }
        }

        return true;
    }

    /// <summary>Waits for a datagram, a signal or the timeout.</summary>
    /// <param name="wake">Cleared when it ends the wait.</param>
    /// <param name="nanoseconds">The timeout; negative waits forever.</param>
    /// <param name="isForRoom">Whether room in the send buffer also ends the wait.</param>
    public unsafe void Wait(EventCounter wake, long nanoseconds, bool isForRoom = false)
    {
        var both = stackalloc PollFd[2];
        both[0] = new PollFd { Fd = _fd.Number, Events = isForRoom ? (short)(PollFd.In | PollFd.Out) : PollFd.In };
        both[1] = new PollFd { Fd = wake.Fd.Number, Events = PollFd.In };
        var (seconds, rest) = Math.DivRem(Math.Max(nanoseconds, 0), 1_000_000_000);
        var time = new TimeSpec { Seconds = seconds, Nanoseconds = rest };
        if (Sys.PollUntil(both, 2, nanoseconds < 0 ? null : &time, null) > 0 && both[1].Returned != 0)
        {
            wake.Clear();
        }
    }

    public void Dispose() => _fd.Dispose();

    private static SendFailure FailureOf(int error) => error switch
    {
        Errno.Again or Errno.NoBuffers or Errno.NoMemory => SendFailure.Full,
        Errno.MessageTooLong => SendFailure.TooLong,
        _ => SendFailure.Unreachable,
    };

    private static bool MayBeSegmentation(int error) => error is Errno.Io or Errno.Invalid or Errno.NotSupported or Errno.MessageTooLong;

    private static UdpSocket Make(IPAddress address, string name)
    {
        var is6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var number = Sys.Socket(is6 ? Sys.Inet6 : Sys.Inet, Sys.SockDatagram | Sys.SockCloseOnExec | Sys.SockNonBlocking, 0);
        return number >= 0 ? new UdpSocket(new Fd(number, name), is6) : throw LinuxException.Last("socket", name);
    }

    private void Prepare(int bufferBytes)
    {
        if (_is6)
        {
            _fd.SetOption(Sys.LevelIpv6, Sys.OptionIpv6Only, 0);
            _fd.SetOption(Sys.LevelIpv6, Sys.Option6MtuDiscover, Sys.MtuDiscoverProbe);
            _fd.SetOption(Sys.LevelIpv6, Sys.Option6DontFragment, 1);
        }

        // Also for an IPv6 socket, which can send IPv4.
        _fd.SetOption(Sys.LevelIp, Sys.OptionMtuDiscover, Sys.MtuDiscoverProbe);
        _fd.TrySetOption(Sys.LevelSocket, Sys.OptionReceiveQueueOverflow, 1);
        IsSegmenting = _fd.TryGetOption(Sys.LevelUdp, Sys.OptionUdpSegment, out _);
        Coalesce(true);
        if (bufferBytes > 0)
        {
            Widen(Sys.OptionSendBufferForce, Sys.OptionSendBuffer, bufferBytes);
            Widen(Sys.OptionReceiveBufferForce, Sys.OptionReceiveBuffer, bufferBytes);
        }
    }

    private void Widen(int force, int option, int bytes)
    {
        if (!_fd.TrySetOption(Sys.LevelSocket, force, bytes))
        {
            _fd.SetOption(Sys.LevelSocket, option, bytes);
        }
    }

    private unsafe void BindTo(SocketName name) => _fd.Check(Sys.Bind(_fd.Number, (byte*)&name, (uint)name.Length), "bind");
}

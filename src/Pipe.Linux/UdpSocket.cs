using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>Why datagrams of a batch were not sent.</summary>
internal enum SendTrouble
{
    None,

    /// <summary>A queue of this machine is full: try again later. Says nothing about the network.</summary>
    Full,

    /// <summary>The first one left is longer than the device, or the path that the kernel knows, can carry.</summary>
    TooLong,

    /// <summary>There is no way at the moment, or a filter of this machine forbids it.</summary>
    Unreachable,
}

/// <param name="Sent">Datagrams that the kernel has taken; they have left the batch.</param>
/// <param name="Trouble">What stopped it before the end of the batch.</param>
/// <param name="Errno">The cause, 0 without trouble.</param>
internal readonly record struct SendResult(int Sent, SendTrouble Trouble, int Errno);

/// <summary>
/// A UDP socket whose datagrams are never fragmented. Calls that send and receive never wait; <see cref="Wait"/> does. One thread
/// sends, one receives, and they may be the same.
/// </summary>
internal sealed class UdpSocket : IDisposable
{
    private readonly Fd _fd;
    private readonly bool _is6;

    private UdpSocket(Fd fd, bool is6) => (_fd, _is6) = (fd, is6);

    public Fd Fd => _fd;

    /// <summary>Whether it also speaks IPv6; it then knows IPv4 addresses in their IPv6 form.</summary>
    public bool Is6 => _is6;

    /// <summary>Whether the kernel cuts messages into datagrams. Switched off by itself once a send shows that the device cannot.</summary>
    public bool IsSegmenting { get; set; }

    /// <summary>Whether the kernel puts datagrams together before it hands them over.</summary>
    public bool IsCoalescing { get; private set; }

    /// <summary>Messages that went once more, in single datagrams, because the kernel could not cut them up.</summary>
    public long Resegmented { get; private set; }

    /// <summary>Binds to that address and the first free port of the range; 0 to 0 is any port.</summary>
    /// <param name="address">Of this machine.</param>
    /// <param name="low">First port.</param>
    /// <param name="high">Last port.</param>
    /// <param name="bufferBytes">Of each socket buffer; root gets it whatever the system's limit is. 0 leaves them as they are.</param>
    /// <exception cref="LinuxException">No port of the range is free, or the address is not ours.</exception>
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

    /// <summary>Bytes of the largest packet that the device toward that place takes; 0 if there is no way.</summary>
    public static unsafe int RouteMtu(SocketName there)
    {
        using var probe = Make(there.Is6 ? IPAddress.IPv6Any : IPAddress.Any, "route");
        var (level, option) = there.Is6 ? (Sys.LevelIpv6, Sys.Option6Mtu) : (Sys.LevelIp, Sys.OptionMtu);
        return Sys.Connect(probe._fd.Number, (byte*)&there, (uint)there.Length) == 0 && probe._fd.TryGetOption(level, option, out var mtu) ? mtu : 0;
    }

    /// <summary>Sends a datagram of so many bytes there and waits for what the network says to it (ICMP); null if it says nothing in time.</summary>
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

    /// <summary>Bytes that the kernel has granted, as it counts them: twice those that were asked for.</summary>
    public (int Send, int Receive) Buffers() =>
        (_fd.GetOption(Sys.LevelSocket, Sys.OptionSendBuffer), _fd.GetOption(Sys.LevelSocket, Sys.OptionReceiveBuffer));

    /// <summary>Has the kernel put datagrams together, if it can.</summary>
    public void Coalesce(bool isWanted) => IsCoalescing = _fd.TrySetOption(Sys.LevelUdp, Sys.OptionUdpGro, isWanted ? 1 : 0) && isWanted;

    /// <summary>Has the kernel tell the address that each datagram was sent to: an answer has to leave from there.</summary>
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

    /// <summary>Sends what the batch still holds, as far as it goes without waiting.</summary>
    /// <param name="batch">Loses what is sent.</param>
    /// <param name="to">In the form of this socket, see <see cref="SocketName.For"/>.</param>
    /// <param name="from">The address of ours to send from; none is left to the kernel.</param>
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
                    // Datagrams go one by one where they did not together.
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
                // The device cannot cut it up, or one datagram alone is too long: the next send tells.
                isSegmented = false;
                Resegmented++;
                continue;
            }

            return new SendResult(before - batch.Count, TroubleOf(error), error);
        }

        return new SendResult(before, SendTrouble.None, 0);
    }

    /// <summary>Takes what has come.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Receive(DatagramRing ring)
    {
        while (ring.Fill(_fd) < 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.Interrupted:
                case Errno.ConnectionRefused:
                    // An ICMP message is advice that any stranger can send.
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

    /// <summary>Waits until a datagram has come, or the event was signalled, or the time is over.</summary>
    /// <param name="wake">Cleared when it ends the wait.</param>
    /// <param name="nanoseconds">Below 0 there is no limit.</param>
    /// <param name="isForRoom">Whether room in the send buffer ends the wait too.</param>
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

    private static SendTrouble TroubleOf(int error) => error switch
    {
        Errno.Again or Errno.NoBuffers or Errno.NoMemory => SendTrouble.Full,
        Errno.MessageTooLong => SendTrouble.TooLong,
        _ => SendTrouble.Unreachable,
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

        // An IPv6 socket sends IPv4 too.
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

using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Pipe.Linux;

/// <summary>
/// A TCP connection or listener with blocking calls. <see cref="Shutdown"/>, from any thread, makes all blocked calls return; the owner
/// then disposes the socket.
/// </summary>
internal sealed class TcpSocket : IDisposable
{
    private readonly Fd _fd;

    private TcpSocket(int number, string name) => _fd = new Fd(number, name);

    public Fd Fd => _fd;

    /// <exception cref="LinuxException">The connection was refused, timed out, or the address is unreachable.</exception>
    public static unsafe TcpSocket Connect(IPAddress address, int port, int timeoutMilliseconds, int bufferBytes)
    {
        var socket = Make(address, $"{address} port {port}", Sys.SockStream);
        try
        {
            socket.SetBuffers(bufferBytes);
            if (IPAddress.IsLoopback(address) || address.Equals(LocalAddressToward(address)))
            {
                socket.AvoidPacing();
            }

            var to = new SocketName(address, port);
            if (Sys.Connect(socket._fd.Number, (byte*)&to, (uint)to.Length) < 0)
            {
                socket.AwaitConnection(timeoutMilliseconds);
            }

            socket.SetBlocking();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Listens on the first free port of the range; 0 to 0 is any port.</summary>
    /// <exception cref="LinuxException">No port of the range is free, or the address is not local.</exception>
    public static TcpSocket Listen(IPAddress address, int low, int high, int bufferBytes)
    {
        for (var port = low; ; port++)
        {
            var socket = Make(address, low == 0 ? "data port" : $"data ports {low}-{high}", Sys.SockStream);
            try
            {
                socket.BindAndListen(address, port, bufferBytes);
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

    /// <summary>Accepts a pending connection, which is non-blocking; null if there is none.</summary>
    public unsafe TcpSocket? TryAccept()
    {
        var number = Sys.Accept(_fd.Number, null, null, Sys.SockCloseOnExec | Sys.SockNonBlocking);
        return number < 0 ? null : new TcpSocket(number, "data connection");
    }

    public unsafe int LocalPort()
    {
        var name = stackalloc byte[SocketName.MaxSize];
        uint length = SocketName.MaxSize;
        _fd.Check(Sys.GetSocketName(_fd.Number, name, &length), "getsockname");
        return new SocketName(name).Port;
    }

    /// <summary>The source address that the kernel would use toward an address; null if there is no route. Sends no packet.</summary>
    public static unsafe IPAddress? LocalAddressToward(IPAddress there)
    {
        const int anyPort = 9;
        using var probe = TryMake(there, "route", type: Sys.SockDatagram);
        if (probe is null)
        {
            // This machine has no IPv6.
            return null;
        }

        var to = new SocketName(there, anyPort);
        var name = stackalloc byte[SocketName.MaxSize];
        uint length = SocketName.MaxSize;
        var isRouted = Sys.Connect(probe._fd.Number, (byte*)&to, (uint)to.Length) == 0 && Sys.GetSocketName(probe._fd.Number, name, &length) == 0;
        return isRouted ? new SocketName(name).Address : null;
    }

    /// <summary>Sends all bytes.</summary>
    public unsafe void Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* at = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var count = Sys.Send(_fd.Number, at + done, (nuint)(bytes.Length - done), Sys.MessageNoSignal);
                if (count >= 0)
                {
                    done += (int)count;
                }
                else if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
                {
                    LinuxException.Throw("send", _fd.Name);
                }
            }
        }
    }

    /// <summary>Sends all bytes of two buffers, in one call if the kernel takes them.</summary>
    public unsafe void Send(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        fixed (byte* head = first, tail = second)
        {
            var parts = stackalloc IoVector[2];
            for (nuint done = 0, all = (nuint)(first.Length + second.Length); done < all;)
            {
                var skipped = Math.Min(done, (nuint)first.Length);
                parts[0] = new IoVector { Base = head + skipped, Length = (nuint)first.Length - skipped };
                parts[1] = new IoVector { Base = tail + (done - skipped), Length = (nuint)second.Length - (done - skipped) };
                var message = new MessageHeader { Vectors = parts, VectorCount = 2 };
                var count = Sys.SendMessage(_fd.Number, &message, Sys.MessageNoSignal);
                if (count >= 0)
                {
                    done += (nuint)count;
                }
                else if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
                {
                    LinuxException.Throw("send", _fd.Name);
                }
            }
        }
    }

    /// <summary>Fills the buffer; false if the connection ends before the first byte. An end within the buffer throws.</summary>
    public unsafe bool Receive(Span<byte> buffer)
    {
        fixed (byte* at = buffer)
        {
            for (var done = 0; done < buffer.Length;)
            {
                var count = Sys.Receive(_fd.Number, at + done, (nuint)(buffer.Length - done), Sys.MessageWaitAll);
                if (count > 0)
                {
                    done += (int)count;
                }
                else if (count == 0)
                {
                    return done == 0 ? false : throw new LinuxException("recv", _fd.Name, Errno.ConnectionReset);
                }
                else if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
                {
                    LinuxException.Throw("recv", _fd.Name);
                }
            }
        }

        return true;
    }

    /// <summary>Receives without waiting: the number of bytes, 0 at the end or after an error, -1 if nothing has arrived.</summary>
    public unsafe int TryReceive(Span<byte> buffer)
    {
        fixed (byte* at = buffer)
        {
            var count = Sys.Receive(_fd.Number, at, (nuint)buffer.Length, Sys.MessageDontWait);
            return count >= 0 ? (int)count : Marshal.GetLastPInvokeError() is Errno.Again or Errno.Interrupted ? -1 : 0;
        }
    }

    /// <summary>Sends without waiting; false unless all bytes were taken. For replies that fit into an empty socket buffer.</summary>
    public unsafe bool TrySend(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* at = bytes)
        {
            return Sys.Send(_fd.Number, at, (nuint)bytes.Length, Sys.MessageNoSignal | Sys.MessageDontWait) == bytes.Length;
        }
    }

    public void SetBlocking() =>
        _fd.Check(Sys.Fcntl(_fd.Number, Sys.FcntlSetFlags, _fd.Flags() & ~OpenFlags.NonBlocking), "fcntl");

    /// <summary>Sets up a connection for blocks: no Nagle delay, and detection of a dead peer.</summary>
    public void PrepareForBlocks(int silenceSeconds)
    {
        const int probes = 5;
        _fd.SetOption(Sys.LevelTcp, Sys.OptionTcpNoDelay, 1);
        _fd.SetOption(Sys.LevelTcp, Sys.OptionTcpUserTimeout, (int)Math.Min(silenceSeconds * 1000L, int.MaxValue));
        _fd.SetOption(Sys.LevelSocket, Sys.OptionKeepAlive, 1);
        _fd.SetOption(Sys.LevelTcp, Sys.OptionTcpKeepIdle, Math.Clamp(silenceSeconds / 3, 1, 30));
        _fd.SetOption(Sys.LevelTcp, Sys.OptionTcpKeepInterval, Math.Clamp(silenceSeconds / 3 / probes, 1, 30));
        _fd.SetOption(Sys.LevelTcp, Sys.OptionTcpKeepCount, probes);
        if (IsPeerLocal())
        {
            AvoidPacing();
        }
    }

    /// <summary>
    /// Requests a congestion control algorithm. Only once connected: before that, the choice of a route would replace it.
    /// </summary>
    /// <returns>The algorithm now in use: another one if the kernel lacks the requested one or this user may not use it.</returns>
    public unsafe string UseCongestionControl(ReadOnlySpan<byte> name)
    {
        fixed (byte* at = name)
        {
            _ = Sys.SetSocketOption(_fd.Number, Sys.LevelTcp, Sys.OptionTcpCongestion, (int*)at, (uint)name.Length);
        }

        return CongestionControl();
    }

    public unsafe string CongestionControl()
    {
        const int longest = 16; // TCP_CA_NAME_MAX
        var name = stackalloc byte[longest];
        uint length = longest;
        _fd.Check(Sys.GetSocketOption(_fd.Number, Sys.LevelTcp, Sys.OptionTcpCongestion, (int*)name, &length), "getsockopt");
        return Encoding.ASCII.GetString(name, (int)length).TrimEnd('\0');
    }

    /// <summary>Reads TCP_INFO of an established connection.</summary>
    public unsafe TcpMeasure Measure()
    {
        // struct tcp_info of linux/tcp.h, up to tcpi_bytes_retrans. Older kernels fill in less.
        const int silence = 52, roundTrip = 68, acknowledged = 120, leastRoundTrip = 148, busy = 168, heldThere = 176, heldHere = 184, lost = 208, size = 216;
        var info = stackalloc byte[size];
        new Span<byte>(info, size).Clear();
        uint length = size;
        _fd.Check(Sys.GetSocketOption(_fd.Number, Sys.LevelTcp, Sys.OptionTcpInfo, (int*)info, &length), "getsockopt");
        return new TcpMeasure(
            *(uint*)(info + leastRoundTrip),
            *(uint*)(info + roundTrip),
            *(long*)(info + acknowledged),
            *(long*)(info + busy),
            *(long*)(info + heldThere) + *(long*)(info + heldHere),
            *(long*)(info + heldThere),
            *(uint*)(info + silence),
            *(long*)(info + lost));
    }

    /// <summary>Ends both directions; blocked calls return.</summary>
    public void Shutdown()
    {
        const int both = 2;
        _ = Sys.Shutdown(_fd.Number, both);
    }

    public void Dispose() => _fd.Dispose();

    private static TcpSocket Make(IPAddress address, string name, int type) => TryMake(address, name, type) ?? throw LinuxException.Last("socket", name);

    private static TcpSocket? TryMake(IPAddress address, string name, int type)
    {
        var family = address.AddressFamily == AddressFamily.InterNetworkV6 ? Sys.Inet6 : Sys.Inet;
        var number = Sys.Socket(family, type | Sys.SockCloseOnExec | Sys.SockNonBlocking, 0);
        return number >= 0 ? new TcpSocket(number, name) : null;
    }

    private unsafe void BindAndListen(IPAddress address, int port, int bufferBytes)
    {
        const int backlog = 128;
        if (address.Equals(IPAddress.IPv6Any))
        {
            _fd.SetOption(Sys.LevelIpv6, Sys.OptionIpv6Only, 0);
        }

        _fd.SetOption(Sys.LevelSocket, Sys.OptionReuseAddress, 1);
        SetBuffers(bufferBytes);
        if (IPAddress.IsLoopback(address))
        {
            // Accepted connections inherit it.
            AvoidPacing();
        }

        var name = new SocketName(address, port);
        _fd.Check(Sys.Bind(_fd.Number, (byte*)&name, (uint)name.Length), "bind");

        _fd.Check(Sys.Listen(_fd.Number, backlog), "listen");
    }

    private void AwaitConnection(int timeoutMilliseconds)
    {
        if (Marshal.GetLastPInvokeError() != Errno.InProgress)
        {
            LinuxException.Throw("connect", _fd.Name);
        }

        if (!Wake.Await(_fd, PollFd.Out, timeoutMilliseconds))
        {
            throw new LinuxException("connect", _fd.Name, Errno.TimedOut);
        }

        var error = _fd.GetOption(Sys.LevelSocket, Sys.OptionError);
        if (error != 0)
        {
            throw new LinuxException("connect", _fd.Name, error);
        }
    }

    /// <summary>To be called before connecting, when the window scale is negotiated. 0 leaves the sizes to the kernel, which adapts them.</summary>
    private void SetBuffers(int bytes)
    {
        if (bytes > 0)
        {
            _fd.SetOption(Sys.LevelSocket, Sys.OptionSendBuffer, bytes);
            _fd.SetOption(Sys.LevelSocket, Sys.OptionReceiveBuffer, bytes);
        }
    }

    /// <summary>Whether the peer's address is one of this machine.</summary>
    private unsafe bool IsPeerLocal()
    {
        byte* here = stackalloc byte[SocketName.MaxSize], there = stackalloc byte[SocketName.MaxSize];
        uint hereLength = SocketName.MaxSize, thereLength = SocketName.MaxSize;
        if (Sys.GetSocketName(_fd.Number, here, &hereLength) < 0 || Sys.GetPeerName(_fd.Number, there, &thereLength) < 0)
        {
            // Already disconnected: the next send or receive reports it.
            return false;
        }

        var peer = new SocketName(there).Address;
        return IPAddress.IsLoopback(peer) || peer.Equals(new SocketName(here).Address);
    }

    /// <summary>
    /// For connections within one machine. Where bbr is the default, its pacing timer halves the throughput of a loopback that loses
    /// nothing. Reno does not pace, and any user may select it; a refusal is harmless.
    /// </summary>
    private void AvoidPacing() => UseCongestionControl("reno"u8);
}

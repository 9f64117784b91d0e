using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>
/// A TCP connection or listener with blocking calls. <see cref="Shutdown"/> may be called from any thread and ends the calls
/// of all others; the owner disposes it when they have returned.
/// </summary>
internal sealed class TcpSocket : IDisposable
{
    private const int MaxAddressSize = 28;
    private readonly Fd _fd;

    private TcpSocket(int number, string name) => _fd = new Fd(number, name);

    public Fd Fd => _fd;

    /// <exception cref="LinuxException">Refused, unreachable, or not there in time.</exception>
    public static unsafe TcpSocket Connect(IPAddress address, int port, int timeoutMilliseconds, int bufferBytes)
    {
        var socket = Make(address, $"{address} port {port}", Sys.SockStream);
        try
        {
            socket.SetBuffers(bufferBytes);
            if (IPAddress.IsLoopback(address) || address.Equals(LocalAddressToward(address)))
            {
                socket.LeaveOutPacing();
            }

            var to = Pack(address, port);
            fixed (byte* at = to)
            {
                if (Sys.Connect(socket._fd.Number, at, (uint)to.Length) < 0)
                {
                    socket.AwaitConnection(timeoutMilliseconds);
                }
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

    /// <summary>Listens on that address and the first free port of the range; 0 to 0 is any port.</summary>
    /// <exception cref="LinuxException">No port of the range is free, or the address is not ours.</exception>
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

    /// <summary>A connection that waits to be taken, non-blocking as yet; null if there is none.</summary>
    public unsafe TcpSocket? TryAccept()
    {
        var number = Sys.Accept(_fd.Number, null, null, Sys.SockCloseOnExec | Sys.SockNonBlocking);
        return number < 0 ? null : new TcpSocket(number, "data connection");
    }

    public unsafe int LocalPort()
    {
        var name = stackalloc byte[MaxAddressSize];
        uint length = MaxAddressSize;
        _fd.Check(Sys.GetSocketName(_fd.Number, name, &length), "getsockname");
        return BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(name + 2, 2));
    }

    /// <summary>The address that packets to there leave from; null if there is no route. Sends nothing.</summary>
    public static unsafe IPAddress? LocalAddressToward(IPAddress there)
    {
        const int anyPort = 9;
        using var probe = TryMake(there, "route", type: Sys.SockDatagram);
        if (probe is null)
        {
            // No IPv6 here.
            return null;
        }

        var to = Pack(there, anyPort);
        var name = stackalloc byte[MaxAddressSize];
        uint length = MaxAddressSize;
        fixed (byte* at = to)
        {
            if (Sys.Connect(probe._fd.Number, at, (uint)to.Length) < 0 || Sys.GetSocketName(probe._fd.Number, name, &length) < 0)
            {
                return null;
            }
        }

        return Unpack(name);
    }

    /// <summary>Sends all of it, or throws.</summary>
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

    /// <summary>Fills the buffer; false if the connection ended before its first byte, an exception if it ended after that.</summary>
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

    /// <summary>Whatever has come, without waiting: bytes, 0 at the end, -1 if nothing is there yet.</summary>
    public unsafe int TryReceive(Span<byte> buffer)
    {
        fixed (byte* at = buffer)
        {
            var count = Sys.Receive(_fd.Number, at, (nuint)buffer.Length, Sys.MessageDontWait);
            return count >= 0 ? (int)count : Marshal.GetLastPInvokeError() is Errno.Again or Errno.Interrupted ? -1 : 0;
        }
    }

    /// <summary>Sends without waiting; false unless all of it went. For answers that fit into an empty socket buffer.</summary>
    public unsafe bool TrySend(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* at = bytes)
        {
            return Sys.Send(_fd.Number, at, (nuint)bytes.Length, Sys.MessageNoSignal | Sys.MessageDontWait) == bytes.Length;
        }
    }

    public void SetBlocking() =>
        _fd.Check(Sys.Fcntl(_fd.Number, Sys.FcntlSetFlags, _fd.Flags() & ~OpenFlags.NonBlocking), "fcntl");

    /// <summary>For a connection that carries blocks: no waiting for full segments, and a dead peer is noticed.</summary>
    public void PrepareForBlocks(int silenceSeconds)
    {
        const int probes = 5;
        Set(Sys.LevelTcp, Sys.OptionTcpNoDelay, 1);
        Set(Sys.LevelTcp, Sys.OptionTcpUserTimeout, (int)Math.Min(silenceSeconds * 1000L, int.MaxValue));
        Set(Sys.LevelSocket, Sys.OptionKeepAlive, 1);
        Set(Sys.LevelTcp, Sys.OptionTcpKeepIdle, Math.Clamp(silenceSeconds / 3, 1, 30));
        Set(Sys.LevelTcp, Sys.OptionTcpKeepInterval, Math.Clamp(silenceSeconds / 3 / probes, 1, 30));
        Set(Sys.LevelTcp, Sys.OptionTcpKeepCount, probes);
        if (IsWithinMachine())
        {
            LeaveOutPacing();
        }
    }

    /// <summary>See <see cref="TcpMeasure"/>. Of a connection that is made.</summary>
    public unsafe TcpMeasure Measure()
    {
        // struct tcp_info of linux/tcp.h, up to tcpi_bytes_retrans. Older kernels fill in less of it.
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
            *(uint*)(info + silence),
            *(long*)(info + lost));
    }

    /// <summary>Ends both directions; threads inside a call return.</summary>
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
            Set(Sys.LevelIpv6, Sys.OptionIpv6Only, 0);
        }

        Set(Sys.LevelSocket, Sys.OptionReuseAddress, 1);
        SetBuffers(bufferBytes);
        if (IPAddress.IsLoopback(address))
        {
            // What is accepted has it from the start.
            LeaveOutPacing();
        }

        var at = Pack(address, port);
        fixed (byte* name = at)
        {
            _fd.Check(Sys.Bind(_fd.Number, name, (uint)at.Length), "bind");
        }

        _fd.Check(Sys.Listen(_fd.Number, backlog), "listen");
    }

    private unsafe void AwaitConnection(int timeoutMilliseconds)
    {
        if (Marshal.GetLastPInvokeError() != Errno.InProgress)
        {
            LinuxException.Throw("connect", _fd.Name);
        }

        if (!Wake.Await(_fd, PollFd.Out, timeoutMilliseconds))
        {
            throw new LinuxException("connect", _fd.Name, Errno.TimedOut);
        }

        int error;
        uint length = sizeof(int);
        _fd.Check(Sys.GetSocketOption(_fd.Number, Sys.LevelSocket, Sys.OptionError, &error, &length), "getsockopt");
        if (error != 0)
        {
            throw new LinuxException("connect", _fd.Name, error);
        }
    }

    /// <summary>Before the connection is made: the window is agreed on then. 0 leaves it to the kernel, which adapts it.</summary>
    private void SetBuffers(int bytes)
    {
        if (bytes > 0)
        {
            Set(Sys.LevelSocket, Sys.OptionSendBuffer, bytes);
            Set(Sys.LevelSocket, Sys.OptionReceiveBuffer, bytes);
        }
    }

    /// <summary>Whether the peer is on this machine, as far as its address tells.</summary>
    private unsafe bool IsWithinMachine()
    {
        byte* here = stackalloc byte[MaxAddressSize], there = stackalloc byte[MaxAddressSize];
        uint hereLength = MaxAddressSize, thereLength = MaxAddressSize;
        if (Sys.GetSocketName(_fd.Number, here, &hereLength) < 0 || Sys.GetPeerName(_fd.Number, there, &thereLength) < 0)
        {
            // Gone already, as the first call that moves anything will say.
            return false;
        }

        var peer = Unpack(there);
        return IPAddress.IsLoopback(peer) || peer.Equals(Unpack(here));
    }

    /// <summary>
    /// For a connection inside one machine. Where bbr is the system's choice, a timer paces what is sent, which halves the
    /// throughput of a loopback that loses nothing. Reno sends at once, and everybody may ask for it; if not, so be it.
    /// </summary>
    private unsafe void LeaveOutPacing()
    {
        fixed (byte* reno = "reno"u8)
        {
            _ = Sys.SetSocketOption(_fd.Number, Sys.LevelTcp, Sys.OptionTcpCongestion, (int*)reno, 4);
        }
    }

    private unsafe void Set(int level, int option, int value) =>
        _fd.Check(Sys.SetSocketOption(_fd.Number, level, option, &value, sizeof(int)), "setsockopt");

    /// <summary>The address out of a struct sockaddr_in or sockaddr_in6.</summary>
    private static unsafe IPAddress Unpack(byte* name)
    {
        var v6 = *(ushort*)name == Sys.Inet6;
        var address = new IPAddress(new ReadOnlySpan<byte>(name + (v6 ? 8 : 4), v6 ? 16 : 4));
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <summary>struct sockaddr_in or sockaddr_in6.</summary>
    private static byte[] Pack(IPAddress address, int port)
    {
        var v6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var packed = new byte[v6 ? 28 : 16];
        BitConverter.TryWriteBytes(packed, (ushort)(v6 ? Sys.Inet6 : Sys.Inet));
        BinaryPrimitives.WriteUInt16BigEndian(packed.AsSpan(2), (ushort)port);
        address.TryWriteBytes(packed.AsSpan(v6 ? 8 : 4), out _);
        if (v6)
        {
            BitConverter.TryWriteBytes(packed.AsSpan(24), (uint)address.ScopeId);
        }

        return packed;
    }
}

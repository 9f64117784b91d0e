using System.Runtime.InteropServices;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>
/// A Unix domain socket that carries whole packets (SOCK_SEQPACKET), and descriptors with them. No call waits; poll <see cref="Fd"/>
/// instead.
/// </summary>
internal sealed class UnixSocket : IDisposable
{
    private const int PathOffset = 2;
    private const int MaxPathBytes = 107;
    private const int MaxDescriptors = 8;

    private UnixSocket(int number, string name) => Fd = new Fd(number, name);

    public Fd Fd { get; }

    /// <summary>Listens on a new path, accessible to this user only.</summary>
    /// <exception cref="LinuxException">The path exists, is too long, or cannot be created.</exception>
    public static unsafe UnixSocket Listen(string path, int backlog)
    {
        const uint onlyOwner = 0x7F; // 0177
        var socket = Make(path);
        var address = Pack(path);
        var mask = Sys.Umask(onlyOwner);
        try
        {
            fixed (byte* at = address)
            {
                socket.Fd.Check(Sys.Bind(socket.Fd.Number, at, (uint)address.Length), "bind");
            }

            socket.Fd.Check(Sys.Listen(socket.Fd.Number, backlog), "listen");
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        finally
        {
            _ = Sys.Umask(mask);
        }
    }

    /// <summary>Null, with errno set, if no process listens there or its backlog is full.</summary>
    public static unsafe UnixSocket? TryConnect(string path)
    {
        if (RawText.Encode(path).Length > MaxPathBytes)
        {
            return null;
        }

        var socket = Make(path);
        var address = Pack(path);
        fixed (byte* at = address)
        {
            if (Sys.Connect(socket.Fd.Number, at, (uint)address.Length) == 0)
            {
                return socket;
            }
        }

        var error = Marshal.GetLastPInvokeError();
        socket.Dispose();
        Marshal.SetLastPInvokeError(error);
        return null;
    }

    /// <summary>
    /// Whether the process that created the socket has exited. A live stream socket sees no connection, because its type differs.
    /// </summary>
    public static bool IsAbandoned(string path)
    {
        using var connection = TryConnect(path);
        return connection is null && Marshal.GetLastPInvokeError() == Errno.ConnectionRefused;
    }

    /// <summary>Accepts a pending connection; null if there is none.</summary>
    public unsafe UnixSocket? TryAccept()
    {
        var number = Sys.Accept(Fd.Number, null, null, Sys.SockCloseOnExec | Sys.SockNonBlocking);
        return number < 0 ? null : new UnixSocket(number, Fd.Name);
    }

    /// <summary>Whether the peer process had the effective user of this process when it connected.</summary>
    public bool IsPeerOurs() => Peer().User == Ids.EffectiveUser;

    /// <summary>Signals the process that listens; does nothing if it has another user, or no pid here.</summary>
    public void SignalListener(int signal)
    {
        if (Peer() is { Process: > 0 } peer && peer.User == Ids.EffectiveUser && peer.Process != Environment.ProcessId)
        {
            _ = Sys.Kill(peer.Process, signal);
        }
    }

    /// <summary>Sends one packet with copies of descriptors; false if the peer has gone or its buffer is full.</summary>
    public unsafe bool TrySend(ReadOnlySpan<byte> packet, params ReadOnlySpan<Fd> descriptors)
    {
        var control = stackalloc byte[ControlHeader.Size + MaxDescriptors * sizeof(int)];
        var controlLength = Attach(control, descriptors);
        fixed (byte* at = packet)
        {
            var part = new IoVector { Base = at, Length = (nuint)packet.Length };
            var message = new MessageHeader { Vectors = &part, VectorCount = 1, Control = controlLength == 0 ? null : control, ControlLength = controlLength };
            return Sys.SendMessage(Fd.Number, &message, Sys.MessageNoSignal | Sys.MessageDontWait) == packet.Length;
        }
    }

    /// <summary>
    /// Receives one packet without waiting: its length, 0 at the end, -1 if none has arrived. A packet that is longer than the buffer or
    /// carries too many descriptors is refused.
    /// </summary>
    /// <param name="buffer">Receives the packet.</param>
    /// <param name="descriptors">Receives the descriptors of the packet; the caller owns them.</param>
    /// <exception cref="LinuxException">The connection is broken, or the packet was refused.</exception>
    public unsafe int Receive(Span<byte> buffer, List<Fd> descriptors)
    {
        const int controlSize = ControlHeader.Size + MaxDescriptors * sizeof(int);
        var control = stackalloc byte[controlSize];
        fixed (byte* at = buffer)
        {
            var part = new IoVector { Base = at, Length = (nuint)buffer.Length };
            var message = new MessageHeader { Vectors = &part, VectorCount = 1, Control = control, ControlLength = controlSize };
            var count = Sys.ReceiveMessage(Fd.Number, &message, Sys.MessageDontWait | Sys.MessageCloseOnExec);
            if (count < 0)
            {
                return Marshal.GetLastPInvokeError() is Errno.Again or Errno.Interrupted ? -1 : throw LinuxException.Last("recvmsg", Fd.Name);
            }

            var arrived = Detach(control, (int)message.ControlLength);
            if ((message.Flags & (Sys.MessageTruncated | Sys.MessageControlTruncated)) != 0)
            {
                arrived.ForEach(fd => fd.Dispose());
                throw new LinuxException("recvmsg", Fd.Name, Errno.TooBig);
            }

            descriptors.AddRange(arrived);
            return (int)count;
        }
    }

    public void Dispose() => Fd.Dispose();

    private unsafe PeerCredentials Peer()
    {
        PeerCredentials peer;
        var length = (uint)sizeof(PeerCredentials);
        return Sys.GetSocketOption(Fd.Number, Sys.LevelSocket, Sys.OptionPeerCredentials, (int*)&peer, &length) == 0 && length == sizeof(PeerCredentials)
            ? peer
            : new PeerCredentials { User = uint.MaxValue };
    }

    private static UnixSocket Make(string name)
    {
        var number = Sys.Socket(Sys.Unix, Sys.SockSequencedPacket | Sys.SockCloseOnExec | Sys.SockNonBlocking, 0);
        return number >= 0 ? new UnixSocket(number, name) : throw LinuxException.Last("socket", name);
    }

    /// <summary>Writes a control header with descriptors; returns the padded length.</summary>
    private static unsafe nuint Attach(byte* control, ReadOnlySpan<Fd> descriptors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Length, MaxDescriptors);
        if (descriptors.IsEmpty)
        {
            return 0;
        }

        var length = ControlHeader.Size + descriptors.Length * sizeof(int);
        *(ControlHeader*)control = new ControlHeader { Length = (nuint)length, Level = Sys.LevelSocket, Type = Sys.ControlRights };
        for (var i = 0; i < descriptors.Length; i++)
        {
            ((int*)(control + ControlHeader.Size))[i] = descriptors[i].Number;
        }

        // The buffer length includes the padding after the last header (CMSG_SPACE).
        return (nuint)((length + 7) & ~7);
    }

    /// <summary>Collects the descriptors from the control headers of a packet.</summary>
    private unsafe List<Fd> Detach(byte* control, int length)
    {
        var found = new List<Fd>();
        for (var at = 0; at + ControlHeader.Size <= length;)
        {
            var header = *(ControlHeader*)(control + at);
            var size = (int)Math.Min(header.Length, (nuint)(length - at));
            if (header.Level == Sys.LevelSocket && header.Type == Sys.ControlRights)
            {
                for (var i = ControlHeader.Size; i + sizeof(int) <= size; i += sizeof(int))
                {
                    found.Add(new Fd(*(int*)(control + at + i), Fd.Name));
                }
            }

            at += Math.Max(ControlHeader.Size, (size + 7) & ~7);
        }

        return found;
    }

    /// <summary>struct sockaddr_un, with a NUL after the path.</summary>
    private static byte[] Pack(string path)
    {
        var bytes = RawText.Encode(path);
        if (bytes.Length > MaxPathBytes)
        {
            throw new LinuxException("bind", path, Errno.NameTooLong);
        }

        var packed = new byte[PathOffset + bytes.Length + 1];
        BitConverter.TryWriteBytes(packed, (ushort)Sys.Unix);
        bytes.CopyTo(packed, PathOffset);
        return packed;
    }
}

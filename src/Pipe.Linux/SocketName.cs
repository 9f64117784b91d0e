using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>
/// An IP address and port in kernel format: struct sockaddr_in or sockaddr_in6. Comparing and copying allocate nothing.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SocketName : IEquatable<SocketName>
{
    /// <summary>Size of sockaddr_in6, the larger of the two.</summary>
    public const int MaxSize = 28;

    private const int Size4 = 16;
    private fixed byte _bytes[MaxSize];

    public SocketName(IPAddress address, int port)
    {
        var bytes = MemoryMarshal.CreateSpan(ref _bytes[0], MaxSize);
        var is6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        BitConverter.TryWriteBytes(bytes, (ushort)(is6 ? Sys.Inet6 : Sys.Inet));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)port);
        address.TryWriteBytes(bytes[(is6 ? 8 : 4)..], out _);
        if (is6)
        {
            BitConverter.TryWriteBytes(bytes[24..], (uint)address.ScopeId);
        }
    }

    /// <summary>Copies a socket address that the kernel has filled in.</summary>
    public SocketName(byte* name)
    {
        var size = *(ushort*)name == Sys.Inet6 ? MaxSize : Size4;
        new ReadOnlySpan<byte>(name, size).CopyTo(MemoryMarshal.CreateSpan(ref _bytes[0], MaxSize));
    }

    /// <summary>From the bytes of an address in network order, with port 0.</summary>
    public static SocketName Of4(ReadOnlySpan<byte> address) => Of(Sys.Inet, 4, address);

    /// <inheritdoc cref="Of4"/>
    public static SocketName Of6(ReadOnlySpan<byte> address) => Of(Sys.Inet6, 8, address);

    public readonly bool IsNone => Family == 0;

    public readonly int Length => Is6 ? MaxSize : Size4;

    public readonly bool Is6 => Family == Sys.Inet6;

    public readonly int Port => BinaryPrimitives.ReadUInt16BigEndian(Bytes[2..]);

    /// <summary>The address; an IPv4-mapped IPv6 address is returned as IPv4.</summary>
    public readonly IPAddress Address
    {
        get
        {
            var address = Is6 ? new IPAddress(Bytes.Slice(8, 16), BitConverter.ToUInt32(Bytes[24..])) : new IPAddress(Bytes.Slice(4, 4));
            return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        }
    }

    public readonly ReadOnlySpan<byte> Bytes => MemoryMarshal.CreateReadOnlySpan(in _bytes[0], MaxSize);

    private readonly ushort Family => BitConverter.ToUInt16(Bytes);

    public readonly void CopyTo(byte* to) => Bytes.CopyTo(new Span<byte>(to, MaxSize));

    /// <summary>The same address for a socket of the given family: for an IPv6 socket, an IPv4 address is mapped.</summary>
    public readonly SocketName For(bool is6) => is6 && !Is6 ? new SocketName(Address.MapToIPv6(), Port) : this;

    public readonly bool Equals(SocketName other) => Bytes[..8].SequenceEqual(other.Bytes[..8]) && (!Is6 || Bytes.SequenceEqual(other.Bytes));

    private static SocketName Of(int family, int offset, ReadOnlySpan<byte> address)
    {
        var name = default(SocketName);
        var bytes = MemoryMarshal.CreateSpan(ref name._bytes[0], MaxSize);
        BitConverter.TryWriteBytes(bytes, (ushort)family);
        address.CopyTo(bytes[offset..]);
        return name;
    }

    public override readonly bool Equals(object? obj) => obj is SocketName other && Equals(other);

    public override readonly int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    public override readonly string ToString() => IsNone ? "none" : $"{Address} port {Port}";
}

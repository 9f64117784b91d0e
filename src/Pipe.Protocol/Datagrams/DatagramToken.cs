using System.Buffers.Binary;

namespace Pipe.Protocol.Datagrams;

/// <summary>The payload of a Challenge and of the Response to it.</summary>
/// <remarks>
/// <code>
///     u64   token    random; a Response repeats that of the Challenge
/// </code>
/// </remarks>
internal readonly record struct DatagramToken(ulong Token)
{
    public const int Size = 8;

    public void Write(Span<byte> to) => BinaryPrimitives.WriteUInt64LittleEndian(to, Token);

    public static DatagramToken Read(ReadOnlySpan<byte> from)
    {
        if (from.Length != Size)
        {
            ProtocolException.Throw($"a Challenge or Response of {from.Length} bytes");
        }

        return new DatagramToken(BinaryPrimitives.ReadUInt64LittleEndian(from));
    }
}

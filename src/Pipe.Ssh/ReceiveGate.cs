using System.Buffers.Binary;
using Renci.SshNet.Compression;

namespace Pipe.Ssh;

/// <summary>
/// The compression method "none", the only hook through which the library passes each message as it arrives. Channel data wait for
/// <see cref="ReceiveLimit"/>; all other messages, such as key exchanges and window adjustments, pass.
/// </summary>
internal sealed class ReceiveGate(ReceiveLimit limit) : Compressor(delayedCompression: false)
{
    public const string NoCompression = "none";

    private const byte ChannelData = 94;
    private const byte ChannelExtendedData = 95;
    private const int DataLengthOffset = 5;
    private const int ExtendedLengthOffset = 9;

    public override string Name => NoCompression;

    public override byte[] Compress(byte[] data, int offset, int length) => CompressCore(data, offset, length);

    public override byte[] Decompress(byte[] data, int offset, int length)
    {
        if (DataIn(data.AsSpan(offset, length)) is > 0 and var count)
        {
            limit.Arrive(count);
        }

        return DecompressCore(data, offset, length);
    }

    /// <summary>The number of bytes that a message adds to the buffers; 0 for messages without data.</summary>
    internal static int DataIn(ReadOnlySpan<byte> message)
    {
        var at = message.IsEmpty ? 0 : message[0] switch { ChannelData => DataLengthOffset, ChannelExtendedData => ExtendedLengthOffset, _ => 0 };
        return at == 0 || message.Length < at + sizeof(int) ? 0 : Math.Clamp(BinaryPrimitives.ReadInt32BigEndian(message[at..]), 0, message.Length - at - sizeof(int));
    }

    protected override byte[] CompressCore(byte[] data, int offset, int length) => data.AsSpan(offset, length).ToArray();

    protected override byte[] DecompressCore(byte[] data, int offset, int length) => data.AsSpan(offset, length).ToArray();
}

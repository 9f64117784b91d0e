namespace Pipe.Protocol.Datagrams;

/// <summary>The payload of a Close. The verdict on the copy travels on the control channel, not here.</summary>
/// <remarks>
/// <code>
///     u8    code              ExitCode
///     u8    length            bytes of the cause
///     u8    cause[length]     UTF-8, for people
/// </code>
/// </remarks>
internal readonly record struct DatagramClose(ExitCode Code, string Cause)
{
    /// <summary>Size without the cause.</summary>
    public const int Size = 2;

    /// <summary>Writes the payload, with the cause truncated to its limit; returns the number of bytes.</summary>
    public int Write(Span<byte> to)
    {
        var cause = RawText.Encode(Cause);
        var length = Math.Min(cause.Length, DatagramLimits.MaxCause);
        to[0] = (byte)Code;
        to[1] = (byte)length;
        cause.AsSpan(0, length).CopyTo(to[Size..]);
        return Size + length;
    }

    public static DatagramClose Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < Size || from.Length != Size + from[1])
        {
            ProtocolException.Throw($"a Close of {from.Length} bytes");
        }

        return new DatagramClose((ExitCode)from[0], RawText.Decode(from[Size..]));
    }
}

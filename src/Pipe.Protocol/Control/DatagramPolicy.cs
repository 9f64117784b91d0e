namespace Pipe.Protocol;

/// <summary>How the send rate of datagrams is chosen. The numbers are on the wire.</summary>
internal enum DatagramPace : byte
{
    /// <summary>As fast as the link allows, sharing fairly with other traffic.</summary>
    Fair = 1,

    /// <summary>Yields to other traffic.</summary>
    Low = 2,

    /// <summary>At the rate that the user sets.</summary>
    Fixed = 3,
}

/// <summary>The initiator's settings for the datagram channel. Sent after a Transports that lists udp; <see cref="Usual"/> applies if it is missing.</summary>
/// <remarks>
/// <code>
///     u8    pace         DatagramPace
///     u64   rate         bytes per second, if fixed; else 0
///     u16   mtu          bytes of a packet, including IP and UDP headers; 0: discovered
///     u32   buffer       bytes that may be in flight or wait for the sink; 0: default
/// </code>
/// </remarks>
internal readonly record struct DatagramPolicy(DatagramPace Pace, long Rate, int Mtu, int Buffer) : IMessage<DatagramPolicy>
{
    public static DatagramPolicy Usual { get; } = new(DatagramPace.Fair, 0, 0, 0);

    public static MessageType Type => MessageType.DatagramPolicy;

    public void Write(WireWriter to)
    {
        to.U8((byte)Pace);
        to.Length(Rate);
        to.U16(Mtu);
        to.U32((uint)Buffer);
    }

    public static DatagramPolicy Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "datagram policy");
        var policy = new DatagramPolicy(
            (DatagramPace)from.Choice((byte)DatagramPace.Fair, (byte)DatagramPace.Fixed, "pace"),
            from.Length(),
            from.U16(),
            from.Number(from.U32(), 0, Limits.MaxDatagramBuffer, "buffer"));
        from.End();
        if (policy.Pace == DatagramPace.Fixed != policy.Rate > 0)
        {
            ProtocolException.Throw($"datagram policy: {policy.Pace} with a rate of {policy.Rate}");
        }

        if (policy.Mtu is not 0 and (< Limits.MinMtu or > Limits.MaxMtu))
        {
            ProtocolException.Throw($"datagram policy: packets of {policy.Mtu} bytes");
        }

        return policy;
    }
}

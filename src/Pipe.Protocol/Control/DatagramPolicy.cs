namespace Pipe.Protocol;

/// <summary>What decides how fast datagrams go. The numbers are on the wire.</summary>
internal enum DatagramPace : byte
{
    /// <summary>As fast as the link allows, beside other traffic of the same right.</summary>
    Fair = 1,

    /// <summary>Other traffic goes first.</summary>
    Low = 2,

    /// <summary>At the rate that the user names.</summary>
    Fixed = 3,
}

/// <summary>What the user of the initiator wants of the datagram channel. Sent behind Transports, if udp is among them; without it all is as in <see cref="Usual"/>.</summary>
/// <remarks>
/// <code>
///     u8    pace         DatagramPace
///     u64   rate         bytes a second, if it is fixed; else 0
///     u16   mtu          bytes of a packet, with the headers of IP and UDP; 0: to be found out
///     u32   buffer       bytes that may be on their way and wait for the sink; 0: the usual number
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

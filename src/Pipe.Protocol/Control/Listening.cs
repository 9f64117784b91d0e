namespace Pipe.Protocol;

/// <summary>The sender of this message waits for data connections.</summary>
/// <remarks>
/// <code>
///     u16   port
///     u8    count        of addresses; 0: none known
///     text  address[]    numeric, best first
///     text  transport    left out for tcp, and to a peer that has not named the transport in Transports
/// </code>
/// </remarks>
internal readonly record struct Listening(int Port, IReadOnlyList<string> Addresses, string Transport = Transports.Tcp) : IMessage<Listening>
{
    public static MessageType Type => MessageType.Listening;

    public void Write(WireWriter to)
    {
        to.U16(Port);
        to.U8((byte)Addresses.Count);
        foreach (var address in Addresses)
        {
            to.Text(address, Limits.MaxShortText);
        }

        if (Transport != Transports.Tcp)
        {
            to.Text(Transport, Limits.MaxShortText);
        }
    }

    public static Listening Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "listening");
        var listening = Read(ref from);
        from.End();
        return listening;
    }

    /// <summary>At the end of a message: whether there is a transport is seen by what is left.</summary>
    public static Listening Read(ref WireReader from)
    {
        var port = from.Number(from.U16(), 1, ushort.MaxValue, "port");
        var addresses = new string[from.Choice(0, Limits.MaxAddresses, "count of addresses")];
        for (var i = 0; i < addresses.Length; i++)
        {
            addresses[i] = from.Text(Limits.MaxShortText);
        }

        return new Listening(port, addresses, from.IsAtEnd ? Transports.Tcp : Transports.ReadName(ref from));
    }
}

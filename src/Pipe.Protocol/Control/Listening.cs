namespace Pipe.Protocol;

/// <summary>The sender of this message listens for data connections.</summary>
/// <remarks>
/// <code>
///     u16   port
///     u8    count        of addresses; 0: unknown
///     text  address[]    numeric, best first
///     text  transport    omitted for tcp, and to a peer whose Transports does not list it
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

    /// <summary>Reads a Listening that ends its message: a transport is present if bytes remain.</summary>
    public static Listening Read(ref WireReader from)
    {
        var port = from.Number(from.U16(), 1, ushort.MaxValue, "port");
        var addresses = new string[from.Count(from.U8(), 0, Limits.MaxAddresses, sizeof(uint), "count of addresses")];
        for (var i = 0; i < addresses.Length; i++)
        {
            addresses[i] = from.Text(Limits.MaxShortText);
        }

        return new Listening(port, addresses, from.IsAtEnd ? Transports.Tcp : Transports.ReadName(ref from));
    }
}

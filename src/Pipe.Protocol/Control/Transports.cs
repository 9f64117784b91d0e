namespace Pipe.Protocol;

/// <summary>The transports that this side supports for data connections, best first. A side that does not send this message supports tcp only.</summary>
/// <remarks>
/// <code>
///     u8    count
///     text  name[]       of a transport: tcp or udp
/// </code>
/// </remarks>
internal readonly record struct Transports(IReadOnlyList<string> Names) : IMessage<Transports>
{
    /// <summary>The transport that every peer supports.</summary>
    public const string Tcp = "tcp";

    /// <summary>The datagram channel.</summary>
    public const string Udp = "udp";

    public static MessageType Type => MessageType.Transports;

    public void Write(WireWriter to)
    {
        to.U8((byte)Names.Count);
        foreach (var name in Names)
        {
            to.Text(name, Limits.MaxShortText);
        }
    }

    public static Transports Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "transports");
        var names = new string[from.Count(from.U8(), 1, Limits.MaxTransports, sizeof(uint), "count of transports")];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = ReadName(ref from);
        }

        from.End();
        return new Transports(names);
    }

    public static string ReadName(ref WireReader from)
    {
        var name = from.Text(Limits.MaxShortText);
        if (name.Length == 0)
        {
            ProtocolException.Throw("a transport without a name");
        }

        return name;
    }
}

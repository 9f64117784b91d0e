using Pipe.Protocol.Datagrams;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>One fixed value of every datagram: the examples of the page, and the seeds of the vectors.</summary>
internal static class DatagramSamples
{
    public static DatagramHello Hello { get; } = new(1, Protection.Clear, Samples.Session, Samples.ConnectorNonce);

    public static DatagramWelcome Welcome { get; } = new(1, Samples.ListenerNonce);

    /// <summary>A block of 84 bytes that is one fragment: the header and payload of the example of BlockHeader.</summary>
    public static byte[] Block { get; } = [.. Samples.Packed(Samples.Block), .. Samples.Payload];

    public static DatagramAck Ack { get; } = new(1009, 250, 0, 1007, 3);

    public static DatagramRange[] AckRanges { get; } = [new(0, 10), new(2, 500), new(1, 497)];

    public static DatagramCredit Credit { get; } = new(7, 70, 4, 62_500_000, 1, 1);

    public static DatagramRange[] CreditRanges { get; } = [new(1, 2)];

    public static DatagramFloor Floor { get; } = new(900, 7, 100_125);

    public static DatagramToken Token { get; } = new(0x0123456789ABCDEF);

    public static DatagramClose Close { get; } = new(ExitCode.Interrupted, "interrupted");

    public static byte[] HelloBytes { get; } = Packed(DatagramHello.Size, to => Hello.Write(to, Samples.Secret));

    public static byte[] WelcomeBytes { get; } = Packed(DatagramWelcome.Size, to => Welcome.Write(to, Samples.Secret, HelloBytes));

    public static byte[] AckText { get; } = [.. Packed(DatagramAck.Size, to => Ack.Write(to)), .. Packed(AckRanges)];

    public static byte[] CreditText { get; } = [.. Packed(DatagramCredit.Size, to => Credit.Write(to)), .. Packed(CreditRanges), .. BitConverter.GetBytes(6UL)];

    public static byte[] FloorText { get; } = Packed(DatagramFloor.Size, to => Floor.Write(to));

    public static byte[] TokenText { get; } = Packed(DatagramToken.Size, to => Token.Write(to));

    public static byte[] CloseText { get; } = Packed(13, to => Close.Write(to));

    /// <summary>With Clear, prefix without check.</summary>
    public static byte[] DataPrefix(DatagramKeys keys) =>
        Packed(DataHeader.Size, to => new DataHeader(new DatagramHeader(DatagramType.Data, DatagramFlags.AckNow, 1, keys.Tag, 1000), 5, 0, Block.Length).Write(to));

    public static IReadOnlyList<(string Title, byte[][] Examples)> All { get; } =
    [
        ("DatagramHello", [HelloBytes[..88]]),
        ("DatagramWelcome", [WelcomeBytes]),
        ("DatagramKeys", [[.. Keys().FromConnector.Cipher, .. Keys().FromConnector.Check, .. BitConverter.GetBytes(Keys().FromConnector.Tag)]]),
        ("DataHeader", [Data(Protection.Clear)]),
        ("DatagramSeal", [Data(Protection.Authenticate), Data(Protection.Encrypt)]),
        ("DatagramAck", [AckText, Sealed(DatagramType.Ack, AckText)]),
        ("DatagramCredit", [CreditText]),
        ("DatagramFloor", [FloorText]),
        ("DatagramToken", [TokenText]),
        ("DatagramClose", [CloseText]),
    ];

    public static (DatagramKeys FromConnector, DatagramKeys FromListener) Keys() => DatagramKeys.Derive(Samples.Secret, HelloBytes, Samples.ListenerNonce);

    public static byte[] Data(Protection protection)
    {
        using var seal = new DatagramSeal(Keys().FromConnector, protection);
        if (protection == Protection.Clear)
        {
            byte[] prefix = [.. DataPrefix(Keys().FromConnector), .. new byte[DataHeader.CheckSize]];
            seal.Check(prefix, Block.Length);
            return [.. prefix, .. Block];
        }

        byte[] datagram = [.. DataPrefix(Keys().FromConnector), .. Block, .. new byte[DatagramSeal.TagSize]];
        seal.SealData(datagram, Block);
        return datagram;
    }

    /// <summary>From the listening side, with number 40.</summary>
    public static byte[] Sealed(DatagramType type, ReadOnlySpan<byte> text)
    {
        using var seal = new DatagramSeal(Keys().FromListener, Protection.Clear);
        byte[] datagram = [.. new byte[DatagramHeader.Size], .. text, .. new byte[DatagramSeal.TagSize]];
        new DatagramHeader(type, DatagramFlags.None, 1, seal.Tag, 40).Write(datagram);
        seal.Seal(datagram);
        return datagram;
    }

    public static byte[] Packed(params DatagramRange[] ranges)
    {
        var packed = new byte[ranges.Length * DatagramRange.Size];
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i].Write(packed.AsSpan(i * DatagramRange.Size));
        }

        return packed;
    }

    public static byte[] Packed(int size, WriteTo write)
    {
        var packed = new byte[size];
        write(packed);
        return packed;
    }

    internal delegate void WriteTo(Span<byte> to);
}

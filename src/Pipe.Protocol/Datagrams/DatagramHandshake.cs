namespace Pipe.Protocol.Datagrams;

/// <summary>A handshake that the listening side has answered: the keys, and the Welcome to repeat for the same Hello.</summary>
internal sealed class DatagramHandshake : IDisposable
{
    private readonly byte[] _greeting;

    public DatagramHandshake(DatagramTerms terms, ReadOnlySpan<byte> hello, ulong path)
    {
        _greeting = hello[..DatagramHello.GreetingSize].ToArray();
        var nonce = new byte[DatagramHello.NonceSize];
        terms.Random(nonce);
        new DatagramWelcome(terms.Lane, nonce).Write(Welcome, terms.Secret.Span, _greeting);
        var (connector, listener) = DatagramKeys.Derive(terms.Secret.Span, _greeting, nonce);
        (Opening, Sealing, Path) = (new DatagramSeal(connector, terms.Protection), new DatagramSeal(listener, terms.Protection), path);
    }

    public byte[] Welcome { get; } = new byte[DatagramWelcome.Size];

    public DatagramSeal Opening { get; }

    public DatagramSeal Sealing { get; }

    public ulong Path { get; set; }

    public bool IsOf(ReadOnlySpan<byte> hello) => hello[..DatagramHello.GreetingSize].SequenceEqual(_greeting);

    public void Dispose()
    {
        Opening.Dispose();
        Sealing.Dispose();
    }
}

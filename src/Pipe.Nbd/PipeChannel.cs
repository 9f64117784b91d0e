using Pipe.Linux;

namespace Pipe.Nbd;

/// <summary>A channel over two descriptors, such as standard input and output.</summary>
/// <param name="input">Owned by this object from here on.</param>
/// <param name="output">Owned by this object from here on.</param>
internal sealed class PipeChannel(Fd input, Fd output) : IByteChannel
{
    private readonly Wake _wake = new();

    public int Receive(Span<byte> buffer) => _wake.Readable(input) ? input.Read(buffer) : 0;

    public void Send(ReadOnlySpan<byte> bytes) => output.WriteAll(bytes);

    public void Shutdown() => _wake.Signal();

    public void Dispose()
    {
        input.Dispose();
        output.Dispose();
    }
}

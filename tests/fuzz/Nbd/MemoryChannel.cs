using Pipe.Nbd;

namespace Pipe.Fuzz.Nbd;

/// <summary>A connection whose peer has said everything beforehand, in pieces of random size.</summary>
internal sealed class MemoryChannel(byte[] script, int seed) : IByteChannel
{
    private readonly Random _random = new(seed);
    private readonly MemoryStream _sent = new();
    private int _at;

    public byte[] Sent
    {
        get
        {
            lock (_sent)
            {
                return _sent.ToArray();
            }
        }
    }

    public int Receive(Span<byte> buffer)
    {
        var most = _random.Next(4) == 0 ? 1 + _random.Next(40) : buffer.Length;
        var count = Math.Min(Math.Min(buffer.Length, most), script.Length - _at);
        script.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_sent)
        {
            _sent.Write(bytes);
        }
    }

    public void Shutdown() => _at = script.Length;

    public void Dispose()
    {
        // There is no descriptor.
    }
}

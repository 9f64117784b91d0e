namespace Pipe.Protocol.Datagrams;

/// <summary>Writes a list of <see cref="DatagramRange"/> into a buffer until it is full.</summary>
/// <param name="buffer">Space for the steps.</param>
internal ref struct DatagramRangeWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    public int Count { get; private set; }

    public readonly int Length => Count * DatagramRange.Size;

    /// <summary>False if the whole step does not fit; then the part that fits is written, and is valid by itself.</summary>
    public bool TryAdd(ulong gap, ulong length)
    {
        while (gap > 0 || length > 0)
        {
            if (Length + DatagramRange.Size > _buffer.Length)
            {
                return false;
            }

            var skipped = (ushort)Math.Min(gap, ushort.MaxValue);
            gap -= skipped;
            var taken = (ushort)(gap > 0 ? 0 : Math.Min(length, ushort.MaxValue));
            length -= taken;
            new DatagramRange(skipped, taken).Write(_buffer[Length..]);
            Count++;
        }

        return true;
    }
}

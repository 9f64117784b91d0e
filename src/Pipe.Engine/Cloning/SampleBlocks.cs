using System.Buffers.Binary;
using System.IO.Hashing;

namespace Pipe.Engine;

/// <summary>Blocks sampled across a source to identify it, because a device has no modification time. Not thread-safe.</summary>
internal sealed class SampleBlocks
{
    private const int Blocks = 16;
    private const int BlockSize = 4096;
    private readonly long[] _offsets;
    private readonly byte[] _bytes;
    private readonly long _size;
    private long _missing;

    public SampleBlocks(long size)
    {
        _size = size;
        var blocks = (size + BlockSize - 1) / BlockSize;
        var count = Math.Min(Blocks, blocks);
        _offsets = [.. Enumerable.Range(0, (int)count).Select(i => (count == 1 ? 0 : i * (blocks - 1) / (count - 1)) * BlockSize).Distinct()];
        _bytes = new byte[_offsets.Length * BlockSize];
        _missing = Ranges.Sum(range => range.End - range.Start);
    }

    /// <summary>The ranges to read, among them the first and the last block.</summary>
    public IEnumerable<(long Start, long End)> Ranges => _offsets.Select(offset => (offset, Math.Min(_size, offset + BlockSize)));

    public bool IsComplete => _missing == 0;

    /// <summary>The digest of all blocks. Valid once they are complete.</summary>
    public SourceDigest Digest
    {
        get
        {
            Span<byte> hash = stackalloc byte[16];
            XxHash128.Hash(_bytes, hash, _size);
            return new SourceDigest(BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]));
        }
    }

    /// <summary>Stores received data of a block. Empty <paramref name="bytes"/> stand for zeros.</summary>
    public void Take(long offset, ReadOnlySpan<byte> bytes, long length)
    {
        var block = Array.FindLastIndex(_offsets, at => at <= offset);
        bytes.CopyTo(_bytes.AsSpan((int)(block * BlockSize + offset - _offsets[block])));
        _missing -= length;
    }

    /// <summary>Delivers the parts of a range that the blocks contain.</summary>
    public void Deliver(long start, long end, Receiver to)
    {
        for (var i = 0; i < _offsets.Length; i++)
        {
            var (from, until) = (Math.Max(start, _offsets[i]), Math.Min(end, Math.Min(_size, _offsets[i] + BlockSize)));
            if (from < until)
            {
                to(from, _bytes.AsSpan((int)(i * BlockSize + from - _offsets[i]), (int)(until - from)), until - from);
            }
        }
    }

    /// <summary>Receives data. Empty <paramref name="bytes"/> stand for zeros.</summary>
    public delegate void Receiver(long offset, ReadOnlySpan<byte> bytes, long length);
}

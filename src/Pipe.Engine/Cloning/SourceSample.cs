using System.Buffers.Binary;
using System.IO.Hashing;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Knows a source by blocks from all over it: a device has no time of modification. Takes what it asked for itself, before the clone
/// becomes the source's target.
/// </summary>
internal sealed class SourceSample : IFetchTarget
{
    private const int Blocks = 16;
    private const int BlockSize = 4096;
    private readonly long[] _offsets;
    private readonly byte[] _bytes;
    private readonly long _size;
    private readonly object _lock = new();
    private long _missing;
    private string _cause = "";

    private SourceSample(long size)
    {
        _size = size;
        _offsets = [.. Offsets(size)];
        _bytes = new byte[_offsets.Length * BlockSize];
        _missing = _offsets.Sum(LengthAt);
    }

    /// <summary>Reads the blocks; waits no longer than that.</summary>
    /// <exception cref="Failure">The source cannot deliver them.</exception>
    public static SourceDigest Take(ICloneSource source, int timeoutMilliseconds)
    {
        var sample = new SourceSample(source.Size);
        source.Target = sample;
        foreach (var offset in sample._offsets)
        {
            source.Request(offset, sample.LengthAt(offset), FetchPriority.Miss);
        }

        return sample.Await(source.Name, timeoutMilliseconds);
    }

    /// <summary>The same of a source that is read and waited for.</summary>
    public static SourceDigest Take(long size, Reader read)
    {
        var sample = new SourceSample(size);
        for (var i = 0; i < sample._offsets.Length; i++)
        {
            read(sample._bytes.AsSpan(i * BlockSize, (int)sample.LengthAt(sample._offsets[i])), sample._offsets[i]);
        }

        return sample.Digest();
    }

    /// <summary>Fills a buffer from an offset on.</summary>
    public delegate void Reader(Span<byte> bytes, long offset);

    public void Arrived(long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var block = Array.FindLastIndex(_offsets, at => at <= offset);
            bytes.CopyTo(_bytes.AsSpan((int)(block * BlockSize + offset - _offsets[block])));
            Take(bytes.Length);
        }
    }

    public void ArrivedZeros(long offset, long length)
    {
        lock (_lock)
        {
            Take(length);
        }
    }

    public void FetchFailed(long offset, long length, string cause)
    {
        lock (_lock)
        {
            _cause = cause;
            Monitor.PulseAll(_lock);
        }
    }

    public void SourceLost(string cause)
    {
        // It may come back in time.
    }

    public void SourceBack()
    {
        // As above.
    }

    public void SourceChanged(string cause) => FetchFailed(0, 0, cause);

    private void Take(long count)
    {
        _missing -= count;
        Monitor.PulseAll(_lock);
    }

    private SourceDigest Await(string name, int timeoutMilliseconds)
    {
        var until = Environment.TickCount64 + timeoutMilliseconds;
        lock (_lock)
        {
            while (_missing > 0 && _cause.Length == 0)
            {
                var left = until - Environment.TickCount64;
                if (left <= 0)
                {
                    throw new Failure(ExitCode.Unreachable, $"{name}: no answer within {timeoutMilliseconds / 1000} seconds");
                }

                Monitor.Wait(_lock, (int)left);
            }

            return _cause.Length > 0 ? throw new Failure(ExitCode.Objects, _cause) : Digest();
        }
    }

    private SourceDigest Digest()
    {
        Span<byte> hash = stackalloc byte[16];
        XxHash128.Hash(_bytes, hash, _size);
        return new SourceDigest(BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]));
    }

    private long LengthAt(long offset) => Math.Min(BlockSize, _size - offset);

    /// <summary>Evenly spaced, the first and the last block among them.</summary>
    private static IEnumerable<long> Offsets(long size)
    {
        var blocks = (size + BlockSize - 1) / BlockSize;
        var count = Math.Min(Blocks, blocks);
        return Enumerable.Range(0, (int)count).Select(i => (count == 1 ? 0 : i * (blocks - 1) / (count - 1)) * BlockSize).Distinct();
    }
}

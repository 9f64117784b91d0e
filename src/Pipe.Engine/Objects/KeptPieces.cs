using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The pieces that a file has from an earlier copy, with digests computed from its contents.</summary>
/// <param name="fd">The file; not read after Dispose.</param>
/// <param name="size">Size of the earlier data in bytes.</param>
/// <param name="piece">Size of a piece in bytes.</param>
internal sealed class KeptPieces(Fd fd, long size, int piece) : IDisposable
{
    /// <summary>Maximum per message: 64 KiB of digests.</summary>
    private const int MostPieces = 4096;

    private readonly Dictionary<long, (long Length, Digest Digest)> _known = [];
    private readonly Lock _lock = new();
    private bool _isDisposed;

    /// <summary>Size of the earlier data in bytes.</summary>
    public long Size => size;

    /// <summary>Reads the next pieces from that offset and returns their digests: none at the end, null once disposed.</summary>
    public HaveRanges? Next(long offset)
    {
        var count = (int)Math.Min(MostPieces, (size - offset + piece - 1) / piece);
        var digests = new byte[count * PieceDigest.Size];
        using var slab = new Slab(piece);
        var length = 0L;
        for (var i = 0; i < count; i++)
        {
            var bytes = slab.Payload[..(int)Math.Min(piece, size - offset - length)];
            var digest = digests.AsSpan(i * PieceDigest.Size, PieceDigest.Size);
            lock (_lock)
            {
                if (_isDisposed)
                {
                    return null;
                }

                Fill(bytes, offset + length);
                PieceDigest.Write(bytes, digest);
                _known[offset + length] = (bytes.Length, PieceDigest.InBlock(digest));
            }

            length += bytes.Length;
        }

        return new HaveRanges(piece, offset, length, digests);
    }

    /// <summary>Whether that piece is present, with that digest.</summary>
    public bool Has(long offset, long length, Digest digest)
    {
        lock (_lock)
        {
            return _known.TryGetValue(offset, out var known) && known == (length, digest);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }
    }

    private void Fill(Span<byte> bytes, long offset)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var count = fd.ReadAt(bytes[done..], offset + done);
            done += count > 0 ? count : throw new IOException($"{fd.Name}: became shorter while it was read");
        }
    }
}

using System.Buffers.Binary;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Hard links to make later, each a path and the file it is a name of. Stored compactly, as the bytes in which an entry differs from the one before: there
/// may be millions. The caller locks.
/// </summary>
internal sealed class LinkList
{
    private const int ChunkSize = 1 << 20;
    private const int HeaderSize = 3;
    private readonly List<byte[]> _chunks = [];
    private byte[] _path = [];
    private byte[] _of = [];
    private int _used = ChunkSize;

    /// <summary>Memory in bytes.</summary>
    public long Size => (long)_chunks.Count * ChunkSize;

    public void Add(string path, string of)
    {
        var (longPath, longOf) = (RawText.Encode(path), RawText.Encode(of));
        if (_used + (2 * HeaderSize) + longPath.Length + longOf.Length > ChunkSize)
        {
            _chunks.Add(new byte[ChunkSize]);
            (_used, _path, _of) = (0, [], []);
        }

        Append(_path, longPath);
        Append(_of, longOf);
        (_path, _of) = (longPath, longOf);
    }

    public IEnumerable<(string Path, string Of)> All()
    {
        foreach (var chunk in _chunks)
        {
            byte[] path = [], of = [];
            for (var at = 0; at < (chunk == _chunks[^1] ? _used : ChunkSize) && LengthAt(chunk, at) > 0;)
            {
                path = Next(chunk, path, ref at);
                of = Next(chunk, of, ref at);
                yield return (RawText.Decode(path), RawText.Decode(of));
            }
        }
    }

    /// <summary>Writes the number of first bytes that both have, the number of further bytes, and those.</summary>
    private void Append(byte[] before, byte[] now)
    {
        // At least one byte follows, so that a length of 0 is the end of a chunk.
        var same = Math.Min(Math.Min(before.AsSpan().CommonPrefixLength(now), byte.MaxValue), now.Length - 1);
        var to = _chunks[^1].AsSpan(_used);
        to[0] = (byte)same;
        BinaryPrimitives.WriteUInt16LittleEndian(to[1..], (ushort)(now.Length - same));
        now.AsSpan(same).CopyTo(to[HeaderSize..]);
        _used += HeaderSize + now.Length - same;
    }

    private static byte[] Next(byte[] chunk, byte[] before, ref int at)
    {
        var (same, length) = (chunk[at], LengthAt(chunk, at));
        var start = at + HeaderSize;
        at = start + length;
        return [.. before[..same], .. chunk[start..at]];
    }

    private static int LengthAt(byte[] chunk, int at) => at + HeaderSize > chunk.Length ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(chunk.AsSpan(at + 1));
}

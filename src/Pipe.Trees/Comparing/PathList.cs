using System.Buffers.Binary;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>Stores many paths compactly, as consecutive bytes.</summary>
internal sealed class PathList
{
    private const int ChunkSize = 1 << 20;
    private readonly List<byte[]> _chunks = [];
    private int _used = ChunkSize;

    /// <summary>Memory in bytes.</summary>
    public long Size => (long)_chunks.Count * ChunkSize;

    /// <summary>Adds a path; skips the empty path of the top.</summary>
    public void Add(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty)
        {
            return;
        }

        var size = sizeof(ushort) + path.Length;
        if (_used + size > ChunkSize)
        {
            _chunks.Add(new byte[ChunkSize]);
            _used = 0;
        }

        var place = _chunks[^1].AsSpan(_used, size);
        BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)path.Length);
        path.CopyTo(place[sizeof(ushort)..]);
        _used += size;
    }

    /// <summary>The paths that satisfy a condition, as text.</summary>
    public IEnumerable<string> Where(Func<byte[], bool> isTrue)
    {
        foreach (var chunk in _chunks)
        {
            for (var at = 0; at + sizeof(ushort) <= ChunkSize && LengthAt(chunk, at) is > 0 and var length; at += sizeof(ushort) + length)
            {
                var path = chunk.AsSpan(at + sizeof(ushort), length).ToArray();
                if (isTrue(path))
                {
                    yield return RawText.Decode(path);
                }
            }
        }
    }

    private static int LengthAt(byte[] chunk, int at) => BinaryPrimitives.ReadUInt16LittleEndian(chunk.AsSpan(at));
}

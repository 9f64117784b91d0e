using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Walks a range of a source front to back, with its holes. A value type: a walk allocates nothing.</summary>
/// <param name="source">The source.</param>
/// <param name="start">Offset of the first byte.</param>
/// <param name="end">Offset after the last byte.</param>
internal struct RangeWalk(IRangeSource source, long start, long end)
{
    private long _position = start;
    private long _hole = source.NextHole(start);

    public readonly bool IsAtEnd => _position == end;

    /// <summary>Returns the next range; a data range has at most that many bytes. False at the end.</summary>
    public bool TryNext(int most, out BlockRange range)
    {
        if (IsAtEnd)
        {
            range = default;
            return false;
        }

        var data = Math.Min(end, source.NextData(_position));
        if (data > _position)
        {
            range = new BlockRange(BlockType.Hole, _position, data - _position);
            _hole = source.NextHole(data);
        }
        else
        {
            if (_position >= _hole)
            {
                _hole = source.NextHole(_position);
            }

            range = new BlockRange(BlockType.Data, _position, Math.Min(most, Math.Min(end, _hole) - _position));
        }

        _position += range.Length;
        return true;
    }
}

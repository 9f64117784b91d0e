using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>From the first byte of a stretch to its last, with the holes of the source.</summary>
internal sealed class SequentialSchedule(IRangeSource source, long start, long end) : IRangeSchedule
{
    private long _position = start;
    private long _hole = source.NextHole(start);

    /// <summary>All of the source.</summary>
    public SequentialSchedule(IRangeSource source)
        : this(source, 0, source.Size)
    {
    }

    public bool IsExhausted => _position == end;

    /// <summary>Never: there is always a next range until all are out.</summary>
    public event Action? Changed
    {
        add { }
        remove { }
    }

    public bool TryNext(int most, out BlockRange range)
    {
        if (IsExhausted)
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

using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>From the first byte to the last, with the holes of the source.</summary>
internal sealed class SequentialSchedule(IRangeSource source) : IRangeSchedule
{
    private long _position;
    private long _hole = source.NextHole(0);

    public bool IsExhausted => _position == source.Size;

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

        var data = source.NextData(_position);
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

            range = new BlockRange(BlockType.Data, _position, Math.Min(most, _hole - _position));
        }

        _position += range.Length;
        return true;
    }
}

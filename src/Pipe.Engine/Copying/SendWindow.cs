using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The blocks that one lane has carried and the peer has not acknowledged yet, by the index that the lane gave them. Full, it holds up
/// the sender. Acknowledgements may come in any order, and before the lane has given the index; but no block leaves before it is sent,
/// whatever the peer says: its bytes are still being read.
/// </summary>
/// <param name="capacity">Blocks at most, counted from the oldest one.</param>
internal sealed class SendWindow(int capacity)
{
    private readonly OutgoingBlock?[] _blocks = new OutgoingBlock?[capacity];
    private readonly object _lock = new();
    private volatile bool _isClosed;
    private OutgoingBlock? _sending;
    private ulong _first;
    private ulong _next;

    public bool IsClosed => _isClosed;

    /// <summary>Waits for room, then takes note of a block that is about to be sent; false once closed.</summary>
    public bool TryAdd(in OutgoingBlock block)
    {
        lock (_lock)
        {
            while (!_isClosed && _next - _first >= (ulong)capacity)
            {
                Monitor.Wait(_lock);
            }

            if (!_isClosed)
            {
                _sending = block;
            }

            return !_isClosed;
        }
    }

    /// <summary>The block added last has been sent, all of it, with that index.</summary>
    public void Sent(ulong index)
    {
        lock (_lock)
        {
            if (index < _next || index - _first >= (ulong)capacity)
            {
                throw new InvalidOperationException($"a lane gave index {index} after {_next}, with {_first} in its window of {capacity}");
            }

            _blocks[index % (ulong)capacity] = _sending;
            (_sending, _next) = (null, index + 1);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>The oldest block below that index, taken out; false when there is none left, or once closed. Waits for one that is still being sent.</summary>
    public bool TryTakeBelow(ulong index, out OutgoingBlock block)
    {
        lock (_lock)
        {
            if (index > _next && AwaitSent() && index > _next)
            {
                ProtocolException.Throw("an acknowledgement of blocks that were never sent");
            }

            while (_first < Math.Min(index, _next))
            {
                if (Remove(_first++) is { } oldest)
                {
                    Monitor.PulseAll(_lock);
                    block = oldest;
                    return true;
                }
            }

            Monitor.PulseAll(_lock);
            block = default;
            return false;
        }
    }

    /// <summary>The block with that index, taken out; null if it is out already, or was never sent. Waits for one that is still being sent.</summary>
    public OutgoingBlock? Take(ulong index)
    {
        lock (_lock)
        {
            if (index < _first || (index >= _next && (!AwaitSent() || index >= _next)))
            {
                return null;
            }

            var block = Remove(index);
            while (_first < _next && _blocks[_first % (ulong)capacity] is null)
            {
                _first++;
            }

            Monitor.PulseAll(_lock);
            return block;
        }
    }

    /// <summary>Everything still there, because the lane is gone.</summary>
    public List<OutgoingBlock> TakeAll()
    {
        var all = new List<OutgoingBlock>();
        lock (_lock)
        {
            while (_first < _next)
            {
                if (Remove(_first++) is { } block)
                {
                    all.Add(block);
                }
            }

            if (_sending is { } last)
            {
                all.Add(last);
                _sending = null;
            }
        }

        return all;
    }

    /// <summary>Takes nothing more, and lets a sender go that waits for room.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits that long for it to be closed; false if it was not. For the thread that adds, no other.</summary>
    public bool AwaitClosed(TimeSpan limit)
    {
        var end = Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);
        lock (_lock)
        {
            for (var left = limit; !_isClosed && left > TimeSpan.Zero; left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end))
            {
                Monitor.Wait(_lock, left);
            }

            return _isClosed;
        }
    }

    /// <summary>Waits until nothing is being sent; false if that will not be: the lane is gone. Under the lock.</summary>
    private bool AwaitSent()
    {
        while (!_isClosed && _sending is not null)
        {
            Monitor.Wait(_lock);
        }

        return _sending is null;
    }

    private OutgoingBlock? Remove(ulong index)
    {
        ref var place = ref _blocks[index % (ulong)capacity];
        var block = place;
        place = null;
        return block;
    }
}

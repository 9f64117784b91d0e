using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The unacknowledged blocks of one lane, by the index that the lane gave them. A full window makes the sender wait. Acknowledgements may come in any
/// order, and before the lane has returned the index; but no block is taken out before it is completely sent, whatever the peer says, because its bytes
/// are still being read.
/// </summary>
/// <param name="capacity">Maximum number of blocks, counted from the oldest.</param>
internal sealed class SendWindow(int capacity)
{
    private readonly OutgoingBlock?[] _blocks = new OutgoingBlock?[capacity];
    private readonly object _lock = new();
    private volatile bool _isClosed;
    private OutgoingBlock? _sending;
    private ulong _first;
    private ulong _next;

    public bool IsClosed => _isClosed;

    /// <summary>Waits for room, then adds a block that is about to be sent; false once closed.</summary>
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

    /// <summary>Records that the block added last has been sent completely, with that index.</summary>
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

    /// <summary>Takes out the oldest block below that index; false if there is none, or once closed. Waits for a block that is still being sent.</summary>
    public bool TryTakeBelow(ulong index, out OutgoingBlock block)
    {
        lock (_lock)
        {
            if (index > _next && AwaitSent(index) && index > _next)
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

    /// <summary>Takes out the block with that index; null if it is gone already, or was never sent. Waits for a block that is still being sent.</summary>
    public OutgoingBlock? Take(ulong index)
    {
        lock (_lock)
        {
            if (index < _first || (index >= _next && (!AwaitSent(index + 1) || index >= _next)))
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

    /// <summary>Takes out all blocks, after the lane was lost.</summary>
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

    /// <summary>Closes the window and releases a sender that waits for room.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits for the window to close; false after the limit. Only for the thread that adds.</summary>
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

    /// <summary>
    /// Waits until all blocks below that index are sent, or none is being sent; false if the window closes first. Does not wait for a later block, which may
    /// have to wait for its turn. Under the lock.
    /// </summary>
    private bool AwaitSent(ulong end)
    {
        while (!_isClosed && _sending is not null && end > _next)
        {
            Monitor.Wait(_lock);
        }

        return _sending is null || end <= _next;
    }

    private OutgoingBlock? Remove(ulong index)
    {
        ref var place = ref _blocks[index % (ulong)capacity];
        var block = place;
        place = null;
        return block;
    }
}

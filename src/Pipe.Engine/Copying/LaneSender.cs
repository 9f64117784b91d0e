using System.Diagnostics;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Sends blocks over one lane: reads, digests and sends one block at a time; a second thread takes the acknowledgements. When the lane breaks, its
/// unacknowledged blocks go back to the outbox.
/// </summary>
internal sealed class LaneSender
{
    private readonly ILane _lane;
    private readonly Outbox _outbox;
    private readonly SenderTerms _terms;
    private readonly SendWindow _window;
    private readonly Action<Exception> _failed;
    private readonly Action<ILane, Exception?> _ended;
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _cause;
    private int _running = 2;

    /// <param name="lane">The lane; owned by this object from here on.</param>
    /// <param name="outbox">Supplies the blocks.</param>
    /// <param name="terms">Terms shared by all lanes.</param>
    /// <param name="failed">Called when the source fails, which ends the copy.</param>
    /// <param name="ended">Called once when both threads have ended; the cause is null if nothing broke the lane.</param>
    public LaneSender(ILane lane, Outbox outbox, SenderTerms terms, Action<Exception> failed, Action<ILane, Exception?> ended)
    {
        _lane = lane;
        _outbox = outbox;
        _terms = terms;
        _failed = failed;
        _ended = ended;
        _window = new SendWindow(lane.Traits.InFlightLimit);
    }

    public void Start()
    {
        DataThread.Start($"send {_lane.Id.Number}", () =>
        {
            Guard(SendAll);
            _sent.SetResult();
        });
        DataThread.Start($"acks {_lane.Id.Number}", () => Guard(TakeAcks));
    }

    public void Shutdown()
    {
        _lane.Shutdown();
        _window.Close();
        _outbox.Wake();
    }

    /// <summary>Sends a Leave after the current block, because <see cref="Outbox.Leave"/> was called. Completes when it is sent, or the lane has ended.</summary>
    public Task LeaveAsync()
    {
        _window.Close();
        _outbox.Wake();
        return _sent.Task;
    }

    private void SendAll()
    {
        using var own = new Slab(_terms.Block);
        while (_outbox.TryTake(_lane.Traits.IsControl, _window, out var block))
        {
            var since = Stopwatch.GetTimestamp();
            var isOpen = _window.TryAdd(block);
            Count(SendTime.Window, since);
            if (!isOpen)
            {
                GiveBack(block, block.IsAgain);
                break;
            }

            Send(block, own);
        }

        if (_outbox.HasLeft && !_lane.Traits.IsControl)
        {
            _lane.Send(BlockHeader.Leave, own);
        }
    }

    private void Send(in OutgoingBlock block, Slab own)
    {
        if (block.Type != BlockType.Data)
        {
            var hole = block.Type == BlockType.Hole;
            Send(block, hole ? BlockHeader.Hole(block.Offset, block.Span, block.Sequence) : BlockHeader.Kept(block.Offset, block.Span, block.Sequence, block.Kept), own);
            return;
        }

        var since = Stopwatch.GetTimestamp();
        var slab = _outbox.Load(block, own, _lane.Traits);
        try
        {
            since = Count(SendTime.Source, since);
            var digest = _outbox.DigestOf(_terms.Digest, block, slab);
            Count(SendTime.Digest, since);
            Send(block, BlockHeader.Data(block.Offset, block.Length, block.Sequence, digest), slab);
        }
        finally
        {
            _outbox.Unload(block, slab);
        }
    }

    private void Send(in OutgoingBlock block, in BlockHeader header, Slab slab)
    {
        if (!block.IsAgain)
        {
            _outbox.Count(header);
        }

        var since = Stopwatch.GetTimestamp();
        if (_lane.Traits.PacesItself || _terms.Pace.Await(block.Length, _window))
        {
            since = Count(SendTime.Rate, since);
            _window.Sent(_lane.Send(header, slab));
            Count(SendTime.Lane, since);
        }
    }

    private long Count(SendTime use, long since) => _lane.Traits.IsControl ? since : _outbox.Times.Add(use, since);

    private void TakeAcks()
    {
        while (_lane.ReceiveAck(out var ack))
        {
            Take(ack);
        }

        throw new IOException($"{_lane.Id}: closed by the peer");
    }

    private void Take(LaneAck ack)
    {
        switch (ack.Kind)
        {
            case AckKind.Consumed:
                while (_window.TryTakeBelow(ack.Index, out var below))
                {
                    Acknowledge(below);
                }

                break;
            case AckKind.Single when _window.Take(ack.Index) is { } single:
                Acknowledge(single);
                break;
            case AckKind.Damaged when _window.Take(ack.Index) is { } damaged:
                _terms.Tally.Damage();
                GiveBack(damaged, wasCounted: true);
                break;
            case AckKind.Lacking when _window.Take(ack.Index) is { } lacking:
                GiveBack(lacking with { Type = BlockType.Data, Kept = default }, wasCounted: true);
                break;
            default:
                break;
        }
    }

    private void Acknowledge(in OutgoingBlock arrived) => _terms.Acknowledge(_outbox, arrived);

    private void GiveBack(in OutgoingBlock block, bool wasCounted)
    {
        if (!_outbox.TryGiveBack(block, wasCounted))
        {
            Acknowledge(block);
        }
    }

    /// <summary>Runs a thread's work. A broken lane ends both threads; the last one cleans up.</summary>
    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or ProtocolException)
        {
            Interlocked.CompareExchange(ref _cause, e, null);
            Shutdown();
        }
        catch (Exception e)
        {
            _failed(e);
            Shutdown();
        }

        if (Interlocked.Decrement(ref _running) == 0)
        {
            foreach (var block in _window.TakeAll())
            {
                GiveBack(block, wasCounted: true);
            }

            _lane.Dispose();
            _ended(_lane, _cause);
        }
    }
}

/// <summary>Terms shared by all lanes of a sender.</summary>
internal sealed record SenderTerms(int Block, DigestKind Digest, Pace Pace, Tally Tally)
{
    /// <summary>Counts and releases a block that the remote end has.</summary>
    public void Acknowledge(Outbox outbox, in OutgoingBlock arrived)
    {
        Tally.Moved(arrived.Span, arrived.Type == BlockType.Kept);
        outbox.Acknowledge(arrived);
    }
}

using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Sends parcels over one lane: read, digest, send, each to completion on its own piece; a second thread takes the acknowledgements.
/// When the lane breaks, what it has not delivered goes back to the outbox.
/// </summary>
internal sealed class LaneSender
{
    private const int Unacknowledged = 1024;
    private readonly ILane _lane;
    private readonly Outbox _outbox;
    private readonly SenderTerms _terms;
    private readonly Flight _flight;
    private readonly Action<Exception> _failed;
    private readonly Action<ILane, Exception?> _ended;
    private Exception? _cause;
    private int _running = 2;

    /// <param name="lane">Owned from here on.</param>
    /// <param name="outbox">Where the work comes from.</param>
    /// <param name="terms">How blocks are made.</param>
    /// <param name="failed">Called when the source has failed: the end of the copy.</param>
    /// <param name="ended">Called once when both threads are done, with what broke the lane if something did.</param>
    public LaneSender(ILane lane, Outbox outbox, SenderTerms terms, Action<Exception> failed, Action<ILane, Exception?> ended)
    {
        _lane = lane;
        _outbox = outbox;
        _terms = terms;
        _failed = failed;
        _ended = ended;
        _flight = new Flight(lane.Number == 0 ? Limits.InlineWindow : Unacknowledged);
    }

    public void Start()
    {
        DataThread.Start($"send {_lane.Number}", () => Guard(SendAll));
        DataThread.Start($"acks {_lane.Number}", () => Guard(TakeAcks));
    }

    public void Shutdown()
    {
        _lane.Shutdown();
        _flight.Close();
        _outbox.Wake();
    }

    private void SendAll()
    {
        using var own = new Slab(_terms.Block);
        while (_outbox.TryTake(_lane.Number == 0, _flight, out var parcel))
        {
            if (!_flight.TryAdd(parcel))
            {
                _outbox.GiveBack(parcel, parcel.IsAgain);
                return;
            }

            Send(parcel, parcel.Slab ?? own);
            _flight.Sent();
        }
    }

    private void Send(in Parcel parcel, Slab slab)
    {
        if (parcel.Slab is null && parcel.Type == BlockType.Data)
        {
            _outbox.Load(parcel, slab);
        }

        var header = parcel.Type == BlockType.Hole
            ? BlockHeader.Hole(parcel.Offset, parcel.Span, parcel.Sequence)
            : BlockHeader.Data(parcel.Offset, parcel.Length, parcel.Sequence, Digest.Of(_terms.Digest, slab.Payload[..parcel.Length], parcel.Offset));
        if (!parcel.IsAgain)
        {
            _outbox.Count(header);
        }

        if (_terms.Pace.Await(parcel.Length, _flight))
        {
            _lane.Send(header, slab);
        }
    }

    private void TakeAcks()
    {
        while (_lane.ReceiveAck(out var ack))
        {
            if (ack.Kind == AckKind.Damaged)
            {
                SendAgain(ack.Index);
                continue;
            }

            while (_flight.TryTakeBelow(ack.Index, out var parcel))
            {
                if (parcel is { } arrived)
                {
                    _terms.Tally.Moved(arrived.Span);
                    _outbox.Acknowledge(arrived);
                }
            }
        }

        throw new IOException($"lane {_lane.Number}: closed by the peer");
    }

    private void SendAgain(ulong index)
    {
        if (_flight.Take(index) is { } damaged)
        {
            _terms.Tally.Damage();
            _outbox.GiveBack(damaged, wasCounted: true);
        }
    }

    /// <summary>A broken lane ends both threads; the last one tidies up.</summary>
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
            foreach (var parcel in _flight.TakeAll())
            {
                _outbox.GiveBack(parcel, wasCounted: true);
            }

            _lane.Dispose();
            _ended(_lane, _cause);
        }
    }
}

/// <summary>What all lanes of a sender have in common.</summary>
internal sealed record SenderTerms(int Block, DigestKind Digest, Pace Pace, Tally Tally);

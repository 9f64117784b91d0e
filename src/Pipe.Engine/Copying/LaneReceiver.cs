using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Receives the blocks of one lane on one thread: receives, verifies and stores each, and asks again for a damaged one.</summary>
/// <param name="lane">The lane; owned by this object from here on.</param>
/// <param name="inbox">Takes the blocks.</param>
/// <param name="terms">Terms shared by all lanes.</param>
/// <param name="failed">Called when the sink fails or the peer breaks the protocol, either of which ends the copy.</param>
/// <param name="ended">Called once when the thread has ended; the cause is null if nothing broke the lane.</param>
internal sealed class LaneReceiver(ILane lane, Inbox inbox, ReceiverTerms terms, Action<Exception> failed, Action<ILane, Exception?> ended)
{
    public void Start() => DataThread.Start($"receive {lane.Id.Number}", Run);

    public void Shutdown() => lane.Shutdown();

    private void Run()
    {
        Exception? cause = null;
        try
        {
            ReceiveAll(new AckTracker(lane, terms.AckEvery));
        }
        catch (IOException e)
        {
            cause = e;
        }
        catch (Exception e)
        {
            failed(e);
        }

        lane.Shutdown();
        lane.Dispose();
        ended(lane, cause);
    }

    private void ReceiveAll(AckTracker acks)
    {
        var damagedInARow = 0;
        while (terms.Slabs.Rent() is { } slab)
        {
            var isHandedOver = false;
            try
            {
                var arrival = lane.Receive(slab, out var header, out var index);
                if (arrival == Arrival.End)
                {
                    return;
                }

                if (arrival == Arrival.Block && header.Type == BlockType.Leave)
                {
                    throw new PeerLost(new IOException($"{lane.Id}: the sender has ended the copy"));
                }

                acks.Receive(index);
                if (arrival == Arrival.Block && IsIntact(header, slab))
                {
                    damagedInARow = 0;
                    isHandedOver = true;
                    inbox.Accept(header, slab, acks, index);
                }
                else
                {
                    Damage(acks, index, ++damagedInARow);
                }
            }
            finally
            {
                if (!isHandedOver)
                {
                    slab.Return();
                }
            }
        }
    }

    private bool IsIntact(in BlockHeader header, Slab slab) =>
        header.Type != BlockType.Data || Digest.Of(terms.Digest, slab.Payload[..header.Length], header.Offset) == header.Digest;

    private void Damage(AckTracker acks, ulong index, int inARow)
    {
        const int outOfStep = 8;
        terms.Tally.Damage();
        if (terms.Tally.IsHopeless)
        {
            throw new Failure(
                ExitCode.Integrity,
                $"{terms.Tally.Damaged} blocks came damaged and {terms.Tally.Blocks} intact: the network damages data",
                "look for a faulty network card, cable, switch or memory");
        }

        if (inARow == outOfStep)
        {
            if (lane.Traits.IsControl)
            {
                // Each frame has a checksum, so the blocks were damaged before they were sent.
                ProtocolException.Throw($"{inARow} damaged blocks in a row inside the control channel");
            }

            throw new IOException($"{lane.Id}: {inARow} damaged blocks in a row");
        }

        acks.Refuse(index);
    }
}

/// <summary>Terms shared by all lanes of a receiver.</summary>
internal sealed record ReceiverTerms(DigestKind Digest, SlabPool Slabs, int AckEvery, Tally Tally);

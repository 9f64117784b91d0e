using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The running node: its target, its blocks, the lanes of the node that feeds it, and the links to those that it feeds.</summary>
internal sealed class ChainStore : IDisposable
{
    private const int AckEvery = 4;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);

    private readonly Chaining _chaining;
    private readonly ChainTarget _target;
    private readonly ChainPorts _ports;
    private readonly Peer _peer;
    private readonly Mailbox _mailbox;
    private readonly Tally _tally;
    private readonly SlabPool _slabs;
    private readonly ChainBlocks _blocks;
    private readonly ChainInbox _inbox;
    private readonly ChainFeeds _feeds;
    private readonly ReceiverTerms _receiving;
    private readonly Dictionary<ILane, LaneReceiver> _lanes = [];
    private uint _link;
    private Bottleneck _limit;
    private bool _isReported;

    /// <param name="offer">The offer.</param>
    /// <param name="target">The target; owned by this object from here on.</param>
    /// <param name="ports">Where the node that feeds this one connects.</param>
    /// <param name="peer">The head.</param>
    /// <param name="mailbox">Receives the messages of the head.</param>
    /// <param name="tally">Counts the stored bytes.</param>
    public ChainStore(Offer offer, ChainTarget target, ChainPorts ports, Peer peer, Mailbox mailbox, Tally tally)
    {
        (_target, _ports, _peer, _mailbox, _tally) = (target, ports, peer, mailbox, tally);
        _chaining = offer.Chaining ?? throw new ProtocolException("an offer to a node without the terms of a chain");
        var (block, reserve) = (offer.Terms.Block, offer.MostLanes + 2);
        _slabs = new SlabPool((int)Math.Clamp(_chaining.Memory / block, 2 * reserve, int.MaxValue), block);
        _blocks = new ChainBlocks(block, offer.Digest, _slabs, reserve)
        {
            Reader = target.Reader,
            Differs = offset => new Failure(ExitCode.Integrity, $"{target.Reader?.Fd.Name}: the block at {offset} has other bytes than were written"),
        };
        _inbox = new ChainInbox(_blocks, target.Sink, target.Reader, tally);
        _feeds = new ChainFeeds(_blocks, offer, peer.Datagrams, EndLink);
        _receiving = new ReceiverTerms(offer.Digest, _slabs, AckEvery, tally);
        _inbox.Complete.ContinueWith(complete => DataThread.Start("commit", () => Commit(complete)), TaskScheduler.Default);
    }

    /// <summary>Returns when the head says that the chain is over.</summary>
    public async Task RunAsync()
    {
        _mailbox.Post(new SessionEvent.Poll());
        try
        {
            while (!Handle(await _mailbox.TakeAsync()))
            {
            }
        }
        catch (Exception e) when (_isReported && e is PeerLost)
        {
            // The copy is complete, and the head is gone: no other node needs this one any more.
        }
        catch (Exception e)
        {
            _target.Sink.Abort();
            _peer.Send(FaultOf(e));
            throw e is ChainFaultException fault ? fault.Failure : e;
        }
    }

    public void Dispose()
    {
        _feeds.Dispose();
        CloseLanes();
        _blocks.Close();
        _slabs.Dispose();
        _target.Dispose();
    }

    /// <summary>Handles one event; true at the end of the chain.</summary>
    private bool Handle(SessionEvent what)
    {
        switch (what)
        {
            case SessionEvent.Joined(var lane):
                Join(lane);
                return false;
            case SessionEvent.LaneEnded(var lane, _):
                _lanes.Remove(lane);
                return false;
            case SessionEvent.Committed(var end, var warning):
                Report(end, warning);
                return false;
            case SessionEvent.Unanswered(var reason):
                _peer.Send(new Unfed(_link, reason));
                return false;
            case SessionEvent.Poll:
                _peer.Send(_tally.Ping);
                SendLimit();
                _mailbox.PostLater(Beat, what);
                return false;
            default:
                var (type, payload) = _peer.Admit(what);
                return type is { } message && Handle(message, payload);
        }
    }

    private bool Handle(MessageType type, byte[] payload)
    {
        switch (type)
        {
            case MessageType.Draw:
                Draw(Protocol.Draw.Read(payload).Link);
                return false;
            case MessageType.Feed:
                _feeds.Open(Feed.Read(payload));
                return false;
            case MessageType.Held:
                _feeds.Hold(Held.Read(payload));
                return false;
            case MessageType.Unfeed:
                _feeds.Close(Unfeed.Read(payload).Link);
                return false;
            case MessageType.End:
                var end = End.Read(payload);
                _blocks.End(end.Size);
                _inbox.Expect(end);
                return false;
            default:
                return type == MessageType.Bye;
        }
    }

    /// <summary>Sends the head the bottleneck of the link to the next node.</summary>
    private void SendLimit()
    {
        if (_feeds.Limit is not Bottleneck.Unknown and var limit && limit != _limit)
        {
            _peer.Send(new Limited(_limit = limit));
        }
    }

    /// <summary>Another node is going to feed this one: ends the lanes of the present one, and lists the blocks that are here.</summary>
    private void Draw(uint link)
    {
        CloseLanes();
        _link = link;
        _ports.Open();
        var ranges = _blocks.Held();
        if (_chaining.Resumes && _target is { Present: > 0, Reader: not null })
        {
            ranges.Add(new HeldRange(HeldKind.Present, 0, _target.Present));
        }

        foreach (var part in ranges.Chunk(Limits.MaxHeldRanges))
        {
            _peer.Send(new Held(link, IsLast: false, part));
        }

        _peer.Send(new Held(link, IsLast: true, []));
    }

    private void Join(ILane lane)
    {
        var receiver = new LaneReceiver(lane, _inbox, _receiving, Failed, (ended, cause) => _mailbox.Post(new SessionEvent.LaneEnded(ended, cause)));
        _lanes[lane] = receiver;
        receiver.Start();
    }

    private void CloseLanes()
    {
        foreach (var receiver in _lanes.Values)
        {
            receiver.Shutdown();
        }

        _lanes.Clear();
    }

    private void Report(End end, string warning)
    {
        if (warning.Length > 0)
        {
            _peer.Send(new Warning(warning));
        }

        _isReported = true;
        _peer.Send(_tally.Ping);
        _peer.Send(new Report(end.Size, (ulong)_tally.Damaged, 0, "", 0, ""));
    }

    private void Commit(Task<End> complete)
    {
        try
        {
            var end = complete.GetAwaiter().GetResult();
            _target.Sink.Expect(end);

            // Before the commit, so that a file with wrong bytes never gets its name.
            var warning = _chaining.ReadsAgain ? ChainReread.Run(_blocks, _target.Reader?.Fd, end.Size) : "";
            _target.Sink.Commit(end.Size);
            _mailbox.Post(new SessionEvent.Committed(end, Warnings.Of(_target.Sink.Warning, warning)));
        }
        catch (Exception e)
        {
            Failed(e);
        }
    }

    /// <summary>A link has ended. A target that returns other bytes than were written is this node's own fault.</summary>
    private void EndLink(uint link, Exception cause)
    {
        if (cause is Failure { Code: ExitCode.Integrity })
        {
            Failed(cause);
        }
        else
        {
            _peer.Send(new Unfed(link, cause.Message));
        }
    }

    private void Failed(Exception cause) => _mailbox.Post(new SessionEvent.Failed(cause));

    private Fault FaultOf(Exception e)
    {
        var errno = e.InnerException is LinuxException cause ? cause.Errno : 0;
        var offset = e is ChainFaultException fault ? fault.Offset : _inbox.FailedAt >= 0 ? _inbox.FailedAt : _blocks.Stored;
        return new Fault(offset, (uint)errno);
    }
}

using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>One link: connects to a node and sends it what it lacks, until it is closed or broken.</summary>
internal sealed class ChainFeed : IDisposable
{
    private readonly ChainBlocks _blocks;
    private readonly ChainCursor _cursor = new();
    private readonly ChainOutbox _outbox;
    private readonly SenderTerms _terms;
    private readonly Action<Exception> _ended;
    private readonly Lock _lock = new();
    private readonly List<LaneSender> _senders = [];
    private readonly List<ILane> _lanes = [];
    private bool _isClosed;

    /// <param name="blocks">The blocks of this host.</param>
    /// <param name="offer">The terms of the chain's lanes.</param>
    /// <param name="datagrams">The user's datagram policy.</param>
    /// <param name="feed">The node to feed.</param>
    /// <param name="ended">Called, once, if the link cannot be made or breaks.</param>
    public ChainFeed(ChainBlocks blocks, Offer offer, DatagramPolicy datagrams, Feed feed, Action<Exception> ended)
    {
        (_blocks, _ended) = (blocks, ended);
        _outbox = new ChainOutbox(blocks, _cursor);
        _terms = new SenderTerms(blocks.Block, offer.Digest, new Pace(offer.Rate), new Tally());
        var transport = LaneTransports.All.FirstOrDefault(one => one.Name == feed.There.Transport) ?? throw new ProtocolException($"feed: transport {feed.There.Transport}");
        var terms = new LaneTerms(offer with { Session = feed.Session, Secret = feed.Secret })
        {
            IsSender = true,
            Datagrams = datagrams,
            Joined = Join,
            Failed = (_, reason) => End(new Failure(ExitCode.Unreachable, reason) { IsFinal = transport.Name == Transports.Udp }),

            // The node notifies the head, which ends this link.
            Unanswered = static _ => { },
        };
        transport.Connect(terms).Dial(feed.There, [.. Enumerable.Range(1, Math.Min(offer.Lanes, transport.MostLanes))]);
    }

    /// <summary>The bottleneck of this link so far; unknown before it has moved anything.</summary>
    public Bottleneck Limit
    {
        get
        {
            lock (_lock)
            {
                var measures = _lanes.ConvertAll(static lane => lane.Measure());
                return measures.Exists(static lane => lane.Delivered > 0) ? BottleneckSearch.Find(_outbox.Times, measures, Stopwatch.Frequency) : Bottleneck.Unknown;
            }
        }
    }

    /// <summary>Takes what the node has; sends the rest once that list is complete.</summary>
    public void Hold(Held held)
    {
        foreach (var range in held.Ranges)
        {
            _cursor.Add(range, _blocks.Block);
        }

        lock (_lock)
        {
            if (held.IsLast && !_isClosed)
            {
                _blocks.Add(_cursor);
            }
        }
    }

    public void Dispose()
    {
        LaneSender[] senders;
        lock (_lock)
        {
            _isClosed = true;
            senders = [.. _senders];
        }

        _outbox.Close();
        foreach (var sender in senders)
        {
            sender.Shutdown();
        }
    }

    private void Join(ILane lane)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                var sender = new LaneSender(lane, _outbox, _terms, End, (_, cause) => End(cause ?? new IOException("closed by the other side")));
                _senders.Add(sender);
                _lanes.Add(lane);
                sender.Start();
                return;
            }
        }

        lane.Dispose();
    }

    private void End(Exception cause)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }
        }

        Dispose();
        _ended(cause);
    }
}

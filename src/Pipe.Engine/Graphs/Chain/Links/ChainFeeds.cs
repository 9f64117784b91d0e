using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The links over which a host feeds others. Thread-safe.</summary>
/// <param name="blocks">The blocks of this host.</param>
/// <param name="offer">The terms of the chain's lanes.</param>
/// <param name="datagrams">The user's datagram policy.</param>
/// <param name="ended">Called with each link that cannot be made or breaks, and the cause. Any thread.</param>
internal sealed class ChainFeeds(ChainBlocks blocks, Offer offer, DatagramPolicy datagrams, Action<uint, Exception> ended) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, ChainFeed> _feeds = [];

    /// <summary>The bottleneck of the newest link that has moved anything; unknown if there is none.</summary>
    public Bottleneck Limit
    {
        get
        {
            List<ChainFeed> newest;
            lock (_lock)
            {
                newest = [.. _feeds.OrderByDescending(static feed => feed.Key).Select(static feed => feed.Value)];
            }

            return newest.Select(static feed => feed.Limit).FirstOrDefault(static limit => limit != Bottleneck.Unknown);
        }
    }

    /// <summary>The bottleneck of a link.</summary>
    public Bottleneck LimitOf(uint link) => Find(link)?.Limit ?? Bottleneck.Unknown;

    /// <summary>Connects to a node.</summary>
    public void Open(Feed feed)
    {
        lock (_lock)
        {
            if (_feeds.ContainsKey(feed.Link))
            {
                ProtocolException.Throw($"feed: link {feed.Link} for the second time");
            }

            _feeds[feed.Link] = new ChainFeed(blocks, offer, datagrams, feed, cause => End(feed.Link, cause));
        }
    }

    /// <summary>Takes what the node of a link has. A link that has ended meanwhile is ignored.</summary>
    public void Hold(Held held)
    {
        try
        {
            Find(held.Link)?.Hold(held);
        }
        catch (ProtocolException e)
        {
            // The fault of the node at the other end, not of this one.
            Close(held.Link);
            ended(held.Link, e);
        }
    }

    /// <summary>Ends a link.</summary>
    public void Close(uint link)
    {
        ChainFeed? feed;
        lock (_lock)
        {
            _feeds.Remove(link, out feed);
        }

        feed?.Dispose();
    }

    public void Dispose()
    {
        List<ChainFeed> all;
        lock (_lock)
        {
            all = [.. _feeds.Values];
            _feeds.Clear();
        }

        all.ForEach(feed => feed.Dispose());
    }

    private ChainFeed? Find(uint link)
    {
        lock (_lock)
        {
            return _feeds.GetValueOrDefault(link);
        }
    }

    private void End(uint link, Exception cause)
    {
        lock (_lock)
        {
            _feeds.Remove(link);
        }

        ended(link, cause);
    }
}

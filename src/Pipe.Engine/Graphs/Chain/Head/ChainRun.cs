using System.Threading.Channels;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The head of a running chain. One loop takes all events, asks <see cref="ChainControl"/> what to do, and tells the nodes; sessions and lanes run beside
/// it and only post.
/// </summary>
internal sealed class ChainRun : IChainSessionEvents, IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);
    private readonly ChainTerms _terms;
    private readonly ISource _opened;
    private readonly ChainSource _source;
    private readonly ChainFeeds _feeds;
    private readonly ChainControl _control;
    private readonly LoginTurns _turns;
    private readonly Channel<Action> _events = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ChainNodeRun[] _nodes;
    private readonly Dictionary<uint, (int Parent, int Child, bool IsOpen)> _links = [];
    private readonly List<Task> _running = [];
    private readonly Offer _offer;
    private readonly long _started = RunClock.Timestamp;
    private Failure? _sourceFailure;
    private End? _end;
    private bool _isFinished;

    /// <param name="source">Owned by this object from here on.</param>
    /// <param name="edges">The nodes.</param>
    /// <param name="terms">The settings.</param>
    public ChainRun(ISource source, IReadOnlyList<Edge> edges, ChainTerms terms)
    {
        (_terms, _opened) = (terms, source);
        _offer = OfferTo(edges[0]);
        _source = new ChainSource(source, _offer.Digest, terms, e => Post(() => FailSource(e)), end => Post(() => EndSource(end)));
        _feeds = new ChainFeeds(_source.Blocks, _offer, edges[0].Plan.Datagrams, EndLink);
        _control = new ChainControl(edges.Count, terms.Policy);
        _turns = new LoginTurns(terms.Logins);
        _nodes = [.. edges.Select((edge, position) => new ChainNodeRun(position, edge, source.Size))];
    }

    private TimeSpan Now => RunClock.Since(_started);

    private TimeSpan Moving => _source.Began == 0 ? TimeSpan.Zero : RunClock.Since(_source.Began);

    public async Task<ChainOutcome> RunAsync(CancellationToken cancel)
    {
        foreach (var node in _nodes)
        {
            Start(node, TimeSpan.Zero, cancel);
        }

        _source.Start();
        while (!_isFinished || _nodes.Any(node => node.IsRunning))
        {
            await TakeAsync();
            _control.Read(_source.Read, Now);
            _control.Tick(Now);
            Execute();
        }

        await Task.WhenAll(_running);
        return new ChainOutcome(_source.Read, Now, [.. _nodes.Select(node => node.Result)]) { Moving = Moving, SourceFailure = _sourceFailure };
    }

    public void Dispose()
    {
        _feeds.Dispose();
        _source.Dispose();
        _turns.Dispose();
    }

    public void Joined(ChainSession session) => Post(() =>
    {
        _nodes[session.Position].Enter(ChainNodeState.Ready);
        ReportStatus(session.Position);
        if (_end is { } end)
        {
            session.Send(end);
        }

        _control.Joined(session.Position, Now);
    });

    public void Stored(ChainSession session, long bytes, long kept) => Post(() =>
    {
        var node = _nodes[session.Position];
        if (node.Session != session)
        {
            return;
        }

        if (node.Store(bytes, kept, Now))
        {
            ReportStatus(session.Position);
        }

        var member = _control[session.Position];
        var hadMoved = member.HasMoved;
        _control.Stored(session.Position, bytes, Now);
        if (member.HasMoved && !hadMoved)
        {
            ReportChannel(node, member.Parent);
        }

        if (_end is { } end && bytes == end.Size && !member.IsFull)
        {
            _control.Full(session.Position, Now);
            node.Fill(LimitOf(member));
            ReportStatus(session.Position);
        }
    });

    public void Held(ChainSession session, Held held) => Post(() =>
    {
        if (!_links.TryGetValue(held.Link, out var link) || link.Child != session.Position)
        {
            return;
        }

        if (!link.IsOpen)
        {
            _links[held.Link] = link with { IsOpen = true };
            Open(link.Parent, new Feed(held.Link, session.Offer.Session, session.Offer.Secret, session.Listening));
        }

        if (link.Parent == ChainNodeStatus.Head)
        {
            _feeds.Hold(held);
        }
        else
        {
            _nodes[link.Parent].Session?.Send(held);
        }
    });

    public void Unfed(ChainSession session, uint link, string reason) => Post(() => EndLink(session.Position, link, reason, isRefused: false));

    public void Reported(ChainSession session, Report report) => Post(() =>
    {
        var node = _nodes[session.Position];
        node.Complete(report, _end?.Root ?? 0, Moving, session.Warnings, _terms.Verify);
        _control.Done(session.Position, Now);
        ReportStatus(session.Position);
    });

    public void Lost(ChainSession session) => Post(() => _control.Ended(session.Position, isStartedAgain: true, Now));

    /// <summary>A link of the head has ended. If the source cannot be read again, no other link helps the node.</summary>
    private void EndLink(uint link, Exception cause) => Post(() =>
    {
        if (cause is Failure { Code: not ExitCode.Unreachable } failure && _links.TryGetValue(link, out var ends))
        {
            _nodes[ends.Child].Session?.Drop(failure);
        }
        else
        {
            EndLink(ChainNodeStatus.Head, link, cause.Message, cause is Failure { IsFinal: true });
        }
    });

    /// <summary>One end reports that a link has ended. A datagram link that has moved nothing counts as refused: datagrams are blocked.</summary>
    private void EndLink(int reporter, uint link, string reason, bool isRefused)
    {
        if (!_links.TryGetValue(link, out var ends) || (reporter != ends.Parent && reporter != ends.Child))
        {
            return;
        }

        var child = _nodes[ends.Child];
        isRefused |= reporter != ChainNodeStatus.Head && child.Edge.Plan.Channel == DataChannel.Udp && !_control[ends.Child].HasMoved;
        _terms.Observer.Note(1, $"{NameOf(ends.Parent)} cannot feed {NameOf(ends.Child)}: {reason}");
        child.LoseLink(reason, isRefused);
        _control.LinkEnded(link, isRefused, Now);
    }

    private void Post(Action what) => _events.Writer.TryWrite(what);

    private async Task TakeAsync()
    {
        using var beat = new CancellationTokenSource(Beat);
        try
        {
            (await _events.Reader.ReadAsync(beat.Token))();
        }
        catch (OperationCanceledException)
        {
            return;
        }

        while (_events.Reader.TryRead(out var next))
        {
            next();
            Execute();
        }
    }

    private void Execute()
    {
        while (_control.TryTake(out var command))
        {
            switch (command)
            {
                case ChainCommand.Feed(var parent, var child, var link):
                    _links[link] = (parent, child, false);
                    _nodes[child].FeedFrom(parent);
                    _nodes[child].Session?.Send(new Draw(link));
                    _terms.Observer.Note(2, $"{NameOf(parent)} feeds {NameOf(child)}");
                    ReportStatus(child);
                    break;
                case ChainCommand.Unfeed(var parent, _, var link):
                    _links.Remove(link);
                    Close(parent, link);
                    break;
                case ChainCommand.Drop drop:
                    _nodes[drop.Node].Session?.Drop(_nodes[drop.Node].Dropped(drop));
                    break;
                case ChainCommand.Slow(var node):
                    _nodes[node].BecomeSlow();
                    ReportStatus(node);
                    break;
                default:
                    Finish();
                    break;
            }
        }
    }

    private void Open(int parent, Feed feed)
    {
        if (parent == ChainNodeStatus.Head)
        {
            _feeds.Open(feed);
        }
        else
        {
            _nodes[parent].Session?.Send(feed);
        }
    }

    private void Close(int parent, uint link)
    {
        if (parent == ChainNodeStatus.Head)
        {
            _feeds.Close(link);
        }
        else
        {
            _nodes[parent].Session?.Send(new Unfeed(link));
        }
    }

    private void Finish()
    {
        _isFinished = true;
        foreach (var node in _nodes)
        {
            node.Session?.End();
        }
    }

    private void Start(ChainNodeRun node, TimeSpan pause, CancellationToken cancel)
    {
        node.Begin(new ChainSession(node.Position, node.Edge, OfferTo(node.Edge), _turns, this));
        ReportStatus(node.Position);
        _running.Add(Task.Run(
            async () =>
            {
                await Task.WhenAny(Task.Delay(pause, cancel));
                var fault = await node.Session!.RunAsync(cancel);
                Post(() => End(node, fault, cancel));
            },
            CancellationToken.None));
    }

    private void End(ChainNodeRun node, ChainFault? fault, CancellationToken cancel)
    {
        var isAgain = fault is not null && _sourceFailure is null && !_isFinished && !cancel.IsCancellationRequested && node.MayRejoin(fault, _terms.Retries);
        node.End(fault is { Offset: < 0 } ? fault with { Offset = node.Bytes } : fault, Moving);
        ReportStatus(node.Position);
        _control.Ended(node.Position, isAgain, Now);
        if (isAgain)
        {
            _terms.Observer.Note(1, $"{fault!.Failure.Message}; {NameOf(node.Position)} is started again");
            Start(node, _terms.RetryPause, cancel);
        }
    }

    private void FailSource(Exception e)
    {
        _sourceFailure = Failure.Of(e);
        foreach (var node in _nodes)
        {
            node.Session?.Drop(_sourceFailure);
        }
    }

    private void EndSource(End end)
    {
        _end = end;
        foreach (var node in _nodes)
        {
            node.Total = end.Size;
            node.Session?.Send(end);
        }
    }

    /// <summary>Reports the channel of a new link, which has delivered its first bytes.</summary>
    private void ReportChannel(ChainNodeRun node, int parent) => node.Edge.Observer.Channel(
        LaneWay.Of(ConnectModeName.Of(ConnectMode.Direct), node.Session!.Listening.Transport), $"from {NameOf(parent)}", node.Session.Lanes);

    private Bottleneck LimitOf(ChainMember member) => member.Parent switch
    {
        ChainNodeStatus.NoParent => Bottleneck.Unknown,
        ChainNodeStatus.Head => _feeds.LimitOf(member.Link),
        var parent => _nodes[parent].Session?.FeedLimit ?? Bottleneck.Unknown,
    };

    private void ReportStatus(int position) => _terms.Observer.Changed(_nodes[position].Status);

    private string NameOf(int position) => position == ChainNodeStatus.Head ? "the head" : _nodes[position].Name;

    private Offer OfferTo(Edge edge)
    {
        var plan = edge.Plan;
        if (plan.There.Kind == ResourceKind.File)
        {
            plan = plan with { There = plan.There with { Flags = plan.There.Flags | TreeFlags.Resume } };
        }

        var lanes = plan.Streams > 0 ? plan.Streams : 1;
        var offer = PlanOffer.Of(plan, _opened, isTotalWanted: false, asked: "");
        return offer with
        {
            Role = Role.Node,
            Lanes = lanes,
            MostLanes = lanes,
            Chaining = new Chaining(Resumes: true, _terms.Verify == ChainVerify.Read, _terms.Memory),
            Terms = offer.Terms with { Block = _terms.Block },
        };
    }
}

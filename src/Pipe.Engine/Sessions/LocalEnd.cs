using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The local end of a plan: opens the source or the sink, with the filters applied.</summary>
internal sealed class LocalEnd(ObjectKinds kinds, Edge edge) : ITransferEnd
{
    private readonly Plan _plan = edge.Plan;
    private readonly Tally _tally = edge.Tally;
    private readonly IObserver _observer = edge.Observer;

    /// <summary>The object in the engine's terms.</summary>
    private Resource Object => _plan.TreeOf(_plan.Here, _plan.Direction == Direction.Read ? _plan.There : _plan.Here);

    private IObjectKind Kind => kinds.Of(_plan.Here.Kind);

    private OpenContext Context => new(Object, Place.Local, _tally)
    {
        InPlace = _plan.InPlace,
        Archiving = _plan.Archiving,
        PatienceSeconds = _plan.PatienceSeconds,
        Waiting = Wait,
        WaitingForUser = Wait,
        Observer = _observer,
        Trouble = _observer.Trouble,
        Unread = ReportUnread,
        Peer = _plan.Remote.Name,
        Source = _plan.Direction == Direction.Read ? _plan.There : null,
        Asked = _plan.TrustNames ? null : _plan.There,
    };

    public ISource OpenSource()
    {
        var source = Kind.OpenSource(Context);
        return Kind.IsStream ? kinds.Of(_plan.There.Kind).Feed(_plan, source, Filter) : source;
    }

    public IDisposable? Count(Action<SourceCount> found) => Kind.Count(Object, found);

    public ISink OpenSink(Terms terms, string filters, Action<Failure> fail)
    {
        var undoing = Kind.IsStream ? Filters.Backwards(_plan, filters) : [];
        var sink = Kind.OpenSink(Context with
        {
            Terms = undoing.Count > 0 ? terms with { Size = -1 } : terms,
            SpaceRetry = new SpaceRetry(_plan.PatienceSeconds, Wait),
            Failed = fail,
        });

        if (_plan.There.Kind == ResourceKind.Program)
        {
            return new TextSink(sink);
        }

        // The local object gets the output of the last filter.
        return undoing.Reverse().Aggregate(sink, (inner, filter) => new FilterSink(filter, inner));
    }

    private ISource Filter(ISource source) => Filters.Split(_plan.Filters)
        .Aggregate(source, (inner, filter) => new FilterSource(filter, inner));

    /// <summary>Reports that a requested name could not be read on the remote host.</summary>
    private void ReportUnread(string cause)
    {
        _observer.Trouble($"{_plan.Remote.Name}: {cause}");
        _tally.Fail();
    }

    private void Wait(string words) => _observer.Waiting("", words);
}

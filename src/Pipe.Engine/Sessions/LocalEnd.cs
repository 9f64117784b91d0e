using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The end of a plan on this host: opens the source or the sink, with the filters that the data go through.</summary>
internal sealed class LocalEnd(ObjectKinds kinds, Plan plan, Tally tally, IObserver observer)
{
    /// <summary>The object as the engine sees it.</summary>
    private Resource Object => plan.TreeOf(plan.Here, plan.Direction == Direction.Read ? plan.There : plan.Here);

    private IObjectKind Kind => kinds.Of(plan.Here.Kind);

    private OpenContext Context => new(Object, Place.Local, tally)
    {
        InPlace = plan.InPlace,
        Archiving = plan.Archiving,
        PatienceSeconds = plan.PatienceSeconds,
        Waiting = Wait,
        WaitingForUser = Wait,
        Observer = observer,
        Trouble = observer.Trouble,
        Unread = MissSource,
        Peer = plan.Remote.Name,
        Asked = plan.TrustNames ? null : plan.There,
    };

    /// <exception cref="Failure">It cannot be opened.</exception>
    public ISource OpenSource()
    {
        var source = Kind.OpenSource(Context);
        return Kind.IsStream ? kinds.Of(plan.There.Kind).Feed(plan, source, Filter) : source;
    }

    /// <summary>Counts what the source is going to read; null if the source knows it.</summary>
    /// <param name="found">Is told files and bytes.</param>
    public IDisposable? Count(Action<long, long> found) => Kind.Count(Object, found);

    /// <param name="terms">Of the source there.</param>
    /// <param name="filters">What an archive went through.</param>
    /// <param name="fail">Is told of a command that fails before the end.</param>
    /// <exception cref="Failure">It cannot be opened.</exception>
    public ISink OpenSink(Terms terms, string filters, Action<Failure> fail)
    {
        var undoing = Kind.IsStream ? Filters.Backwards(plan, filters) : [];
        var sink = Kind.OpenSink(Context with
        {
            Terms = undoing.Count > 0 ? terms with { Size = -1 } : terms,
            Patience = new Patience(plan.PatienceSeconds, Wait),
            Failed = fail,
        });

        // The local object gets the output of the last filter.
        return undoing.Reverse().Aggregate(sink, (inner, filter) => new FilterSink(filter, inner));
    }

    private ISource Filter(ISource source) => Filters.Split(plan.Filters)
        .Aggregate(source, (inner, filter) => new FilterSource(filter, inner));

    /// <summary>A name that was asked for could not be read over there.</summary>
    private void MissSource(string cause)
    {
        observer.Trouble($"{plan.Remote.Name}: {cause}");
        tally.Fail();
    }

    private void Wait(string words) => observer.Waiting("", words);
}

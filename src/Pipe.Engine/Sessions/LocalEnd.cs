using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The end of a plan on this host: opens the source or the sink, with the filters that the data go through.</summary>
internal sealed class LocalEnd(Plan plan, Tally tally, IObserver observer)
{
    /// <summary>The object as the engine sees it.</summary>
    public Resource Object => plan.TreeOf(plan.Here, plan.Direction == Direction.Read ? plan.There : plan.Here);

    /// <exception cref="Failure">It cannot be opened.</exception>
    public ISource OpenSource() =>
        plan.Here.Kind == ResourceKind.Tree ? new TreeSource(Object, new SourceNews(tally, observer))
        : plan.There.Kind == ResourceKind.Archive ? new ArchiveFeed(OpenFiltered())
        : OpenFiltered();

    /// <param name="terms">Of the source there.</param>
    /// <param name="filters">What an archive went through.</param>
    /// <param name="fail">Is told of a command that fails before the end.</param>
    /// <exception cref="Failure">It cannot be opened.</exception>
    public ISink OpenSink(Terms terms, string filters, Action<Failure> fail) =>
        plan.Here.Kind != ResourceKind.Tree ? OpenSink(terms, Filters.Backwards(plan, filters), fail)
        : plan.Errand != TreeErrand.Copy ? new ComparingSink(Object, tally, observer, plan.Remote.Name, AskedNames.Of(plan))
        : new TreeSink(Object, AskedNames.Of(plan), tally, observer.Trouble, MissSource);

    private ISource OpenFiltered() => Filters.Split(plan.Filters)
        .Aggregate(OpenLocal(), (source, filter) => new FilterSource(filter, source));

    private ISource OpenLocal()
    {
        var source = Opening.Source(plan.Here, Place.Local, Wait);
        return plan.There.Kind == ResourceKind.Archive && !plan.AllowsEmpty ? new NonEmptySource(source) : source;
    }

    /// <summary>The local object gets the output of the last filter.</summary>
    private ISink OpenSink(Terms terms, IReadOnlyList<string> filters, Action<Failure> fail)
    {
        terms = filters.Count > 0 ? terms with { Size = -1 } : terms;
        var sink = Opening.Sink(plan.Here, terms, plan.InPlace, Place.Local, Wait, fail, new Patience(plan.PatienceSeconds, Wait));
        return filters.Reverse().Aggregate(sink, (inner, filter) => new FilterSink(filter, inner));
    }

    /// <summary>A name that was asked for could not be read over there.</summary>
    private void MissSource(string cause)
    {
        observer.Trouble($"{plan.Remote.Name}: {cause}");
        tally.Fail();
    }

    private void Wait(string words) => observer.Waiting("", words);
}

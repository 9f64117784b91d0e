namespace Pipe.Engine;

/// <summary>Opens the objects of one kind, at either end of a copy. Throws <see cref="Failure"/> in the user's words.</summary>
internal interface IObjectKind
{
    /// <summary>Whether the data are a single stream, which can be filtered.</summary>
    bool IsStream => true;

    ISource OpenSource(OpenContext at);

    ISink OpenSink(OpenContext at);

    /// <summary>The source that the session sends for a plan that writes an object of this kind.</summary>
    /// <param name="plan">The copy.</param>
    /// <param name="local">The local object; owned by this object from here on.</param>
    /// <param name="filter">Adds the plan's filters to a source.</param>
    ISource Feed(Plan plan, ISource local, Func<ISource, ISource> filter) => filter(local);

    /// <summary>Counts the source ahead of the copy, on its own thread; null if the source knows its size. Dispose stops the count.</summary>
    /// <param name="source">The source to count.</param>
    /// <param name="found">Called with the result.</param>
    IDisposable? Count(Protocol.Resource source, Action<SourceCount> found) => null;

    /// <summary>Passes an object of this kind from one remote host to another; null if that is not possible.</summary>
    /// <param name="from">The plan of the session that reads.</param>
    /// <param name="tally">Counts the bytes that arrive at the second host.</param>
    /// <param name="observer">Receives the errors of the first host.</param>
    IPassThrough? Cross(Plan from, Tally tally, IObserver observer) => null;
}

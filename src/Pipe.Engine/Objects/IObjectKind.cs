namespace Pipe.Engine;

/// <summary>Opens the objects of one kind, at either end of a copy. Throws <see cref="Failure"/> in the user's words.</summary>
internal interface IObjectKind
{
    /// <summary>Whether the data are one stream, which filters can change on its way.</summary>
    bool IsStream => true;

    ISource OpenSource(OpenContext at);

    ISink OpenSink(OpenContext at);

    /// <summary>Of a plan that writes an object of this kind: what the session sends.</summary>
    /// <param name="plan">The copy.</param>
    /// <param name="local">The local object; owned from here on.</param>
    /// <param name="filter">Adds the filters of the plan to a source.</param>
    ISource Feed(Plan plan, ISource local, Func<ISource, ISource> filter) => filter(local);

    /// <summary>Counts what a source is going to read, ahead of the copy and on a thread of its own; null if the source knows its size. Disposing it ends it.</summary>
    /// <param name="source">What is going to be read.</param>
    /// <param name="found">Is told files and bytes.</param>
    IDisposable? Count(Protocol.Resource source, Action<long, long> found) => null;

    /// <summary>What passes an object of this kind from one remote host to another; null if it cannot go that way.</summary>
    /// <param name="from">What is read, and where.</param>
    /// <param name="tally">Counts what arrives at the second host.</param>
    /// <param name="observer">Is told what the first host could not read.</param>
    ICrossing? Cross(Plan from, Tally tally, IObserver observer) => null;
}

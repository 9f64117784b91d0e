using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The local end of a transfer. The transfer owns the source or sink that it opens.</summary>
internal interface ITransferEnd
{
    /// <exception cref="Failure">The source cannot be opened.</exception>
    ISource OpenSource();

    /// <param name="terms">The terms of the remote source.</param>
    /// <param name="filters">The filters that produced an archive.</param>
    /// <param name="fail">Called if a command fails before the end.</param>
    /// <exception cref="Failure">The sink cannot be opened.</exception>
    ISink OpenSink(Terms terms, string filters, Action<Failure> fail);

    /// <summary>Starts to count the files and bytes of the source; null if the source knows them, or another transfer counts.</summary>
    /// <param name="found">Called with the result.</param>
    IDisposable? Count(Action<SourceCount> found) => null;

    /// <summary>Coordinates this transfer with that of the other remote host; null if the object is on this host.</summary>
    ThirdPartyCoordinator? Coordinator => null;
}

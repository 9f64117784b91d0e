using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The end of a transfer on this host. What it opens belongs to the transfer.</summary>
internal interface ITransferEnd
{
    /// <exception cref="Failure">It cannot be opened.</exception>
    ISource OpenSource();

    /// <param name="terms">Of the source there.</param>
    /// <param name="filters">What an archive went through.</param>
    /// <param name="fail">Is told of a command that fails before the end.</param>
    /// <exception cref="Failure">It cannot be opened.</exception>
    ISink OpenSink(Terms terms, string filters, Action<Failure> fail);

    /// <summary>Counts what the source is going to read; null if the source knows it, or another transfer counts.</summary>
    /// <param name="found">Is told files and bytes.</param>
    IDisposable? Count(Action<long, long> found) => null;

    /// <summary>Where this transfer meets the one with another host; null if the object is on this host.</summary>
    Junction? Junction => null;
}

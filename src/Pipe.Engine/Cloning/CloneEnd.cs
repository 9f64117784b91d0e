using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The local end of a session with the host of a clone's source.</summary>
/// <param name="open">Takes the terms of the source; returns the sink of the session.</param>
internal sealed class CloneEnd(Func<Terms, ISink> open) : ITransferEnd
{
    public ISource OpenSource() => throw new InvalidOperationException("a clone only receives");

    public ISink OpenSink(Terms terms, string filters, Action<Failure> fail) => open(terms);
}

using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The local end of both transfers of a copy between two remote hosts: one transfer writes to it, the other reads from it.</summary>
internal sealed class RelayEnd(ICrossing crossing, Junction junction) : ITransferEnd
{
    public Junction Junction => junction;

    public ISource OpenSource() => crossing;

    public ISink OpenSink(Terms terms, string filters, Action<Failure> fail) => crossing;
}

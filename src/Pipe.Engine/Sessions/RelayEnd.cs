using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The end here of both transfers of a copy between two remote hosts: what one of them brings, the other one takes.</summary>
internal sealed class RelayEnd(ICrossing crossing, Junction junction) : ITransferEnd
{
    public Junction Junction => junction;

    public ISource OpenSource() => crossing;

    public ISink OpenSink(Terms terms, string filters, Action<Failure> fail) => crossing;
}

using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The local end of both transfers of a copy between two remote hosts: one transfer writes to it, the other reads from it.</summary>
internal sealed class ThirdPartyEnd(IPassThrough passThrough, ThirdPartyCoordinator coordinator) : ITransferEnd
{
    public ThirdPartyCoordinator Coordinator => coordinator;

    public ISource OpenSource() => passThrough;

    public ISink OpenSink(Terms terms, string filters, Action<Failure> fail) => passThrough;
}

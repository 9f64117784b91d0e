namespace Pipe.Engine;

/// <summary>A node has failed at a certain offset.</summary>
internal sealed class ChainFaultException(Failure failure, long offset) : Exception(failure.Message, failure)
{
    public Failure Failure => failure;

    public long Offset => offset;
}

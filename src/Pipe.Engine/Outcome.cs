using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A copy that succeeded: every byte arrived, was checked and is where it belongs.</summary>
/// <param name="Bytes">Length of the object, holes included.</param>
/// <param name="Elapsed">From the start of the remote shell to the verdict.</param>
/// <param name="Way">direct, reverse or ssh.</param>
/// <param name="Lanes">Data connections that were used; 0 when all went inside the control channel.</param>
internal sealed record Outcome(long Bytes, TimeSpan Elapsed, string Way, int Lanes)
{
    /// <summary>What limited the rate for the longest time.</summary>
    public Bottleneck Limit { get; init; }

    /// <summary>What commands had to say though they ended well. If there is anything, the exit status is 1.</summary>
    public IReadOnlyCollection<string> Remarks { get; init; } = [];
}

using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A copy that succeeded: every byte has arrived, was verified and is in place.</summary>
/// <param name="Bytes">Size of the object, holes included.</param>
/// <param name="Elapsed">The time from the start of the remote shell to the verdict.</param>
/// <param name="Way">direct, reverse or ssh.</param>
/// <param name="Lanes">Number of data connections used; 0 if the data went through the control channel.</param>
internal sealed record Outcome(long Bytes, TimeSpan Elapsed, string Way, int Lanes)
{
    /// <summary>The bottleneck that applied for the longest time.</summary>
    public Bottleneck Limit { get; init; }

    /// <summary>Warnings of commands that succeeded. If there are any, the exit status is 1.</summary>
    public IReadOnlyCollection<string> Warnings { get; init; } = [];
}

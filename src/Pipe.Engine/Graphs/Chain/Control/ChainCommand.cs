namespace Pipe.Engine;

/// <summary>An order of <see cref="ChainControl"/> to the running chain.</summary>
internal abstract record ChainCommand
{
    /// <summary>Let the parent connect to the child and send what it lacks; all further messages about that name the link.</summary>
    /// <param name="Parent">The feeding node; <see cref="ChainNodeStatus.Head"/> for the head.</param>
    /// <param name="Child">The fed node.</param>
    /// <param name="Link">A number that no other link has.</param>
    public sealed record Feed(int Parent, int Child, uint Link) : ChainCommand;

    /// <summary>Let the parent end that link.</summary>
    public sealed record Unfeed(int Parent, int Child, uint Link) : ChainCommand;

    /// <summary>End that node: it has failed, for that reason.</summary>
    public sealed record Drop(int Node, string Reason) : ChainCommand
    {
        /// <summary>Whether the node is not started again.</summary>
        public bool IsFinal { get; init; }
    }

    /// <summary>The node has been found too slow to feed others.</summary>
    public sealed record Slow(int Node) : ChainCommand;

    /// <summary>Every node has a verdict: end them all.</summary>
    public sealed record Finish : ChainCommand;
}

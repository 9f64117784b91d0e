using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Dccli;

/// <summary>A valid dccli command line.</summary>
/// <param name="Kind">The kind of command.</param>
/// <param name="Sources">Local paths to check before any login; none for standard input.</param>
/// <param name="Destinations">The copies; none if another host makes them.</param>
/// <param name="Draft">The other options.</param>
internal sealed record FanOutInvocation(CommandKind Kind, IReadOnlyList<string> Sources, IReadOnlyList<Destination> Destinations, Draft Draft)
{
    /// <summary>The plan that makes the sender do everything; null if this host is the sender.</summary>
    public Plan? AtSender { get; init; }

    /// <summary>Whether the data come from standard input.</summary>
    public bool IsStream { get; init; }

    public SlowPolicy Slow => Draft.Slow ?? new SlowPolicy(IsStream ? SlowAction.Wait : SlowAction.Reread);
}

/// <param name="Name">The name in messages: the host, with the path if another destination is on the same host.</param>
/// <param name="Plan">The plan of the copy.</param>
internal sealed record Destination(string Name, Plan Plan);

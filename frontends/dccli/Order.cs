using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Dccli;

/// <summary>A dccli command line that is valid.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Sources">Local paths to look for before any login; none for standard input.</param>
/// <param name="Destinations">The copies; none if another machine does them.</param>
/// <param name="Draft">All else that was said.</param>
internal sealed record Order(CommandKind Kind, IReadOnlyList<string> Sources, IReadOnlyList<Destination> Destinations, Draft Draft)
{
    /// <summary>Has the sender do all of it; null if this machine is the sender.</summary>
    public Plan? AtSender { get; init; }

    /// <summary>The data come from standard input.</summary>
    public bool IsStream { get; init; }

    public SlowPolicy Slow => Draft.Slow ?? new SlowPolicy(IsStream ? SlowAction.Wait : SlowAction.Reread);
}

/// <param name="Name">What messages call it: the host, with the path if another destination is on the same host.</param>
/// <param name="Plan">The copy to it.</param>
internal sealed record Destination(string Name, Plan Plan);

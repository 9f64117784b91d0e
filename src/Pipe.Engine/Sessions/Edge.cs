using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>One copy of a run that may have many: its plan, and its own counters and observer.</summary>
internal sealed record Edge(Plan Plan, Tally Tally, IObserver Observer)
{
    /// <summary>The session. A retry uses the session of the earlier try, and ends that one's server.</summary>
    public byte[] Session { get; init; } = Entropy.Bytes(Limits.SessionSize);

    /// <summary>Starts the remote end in place of the launcher that the plan names.</summary>
    public ILauncher? Launcher { get; init; }
}

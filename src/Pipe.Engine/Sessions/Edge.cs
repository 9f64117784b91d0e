namespace Pipe.Engine;

/// <summary>One copy of a run that may have many: what is to be done, and the counters and the observer of this copy alone.</summary>
internal sealed record Edge(Plan Plan, Tally Tally, IObserver Observer)
{
    /// <summary>Starts the remote end instead of the launcher that the plan names.</summary>
    public ILauncher? Launcher { get; init; }
}

using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Yscp;

/// <summary>A valid yscp command line.</summary>
/// <param name="Kind">The kind of command.</param>
/// <param name="Transfers">The copies, in order; none for Usage and Version.</param>
/// <param name="Directory">A local path that must be a directory before anything starts; empty for none.</param>
/// <param name="Progress">Whether to draw the meter, if there is a terminal.</param>
/// <param name="Events">File or descriptor for the events; empty for none.</param>
/// <param name="Verbosity">-1 without warnings, 0 normal, 1 with a summary, 2 with details.</param>
internal sealed record TransferList(CommandKind Kind, IReadOnlyList<Transfer> Transfers, string Directory, bool Progress, string Events, int Verbosity)
{
    /// <summary>Whether standard output gets the result as one JSON object, and nothing else.</summary>
    public bool IsJson { get; init; }

    /// <summary>Warnings about the command line.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>One copy: the sources of one host, to the target.</summary>
/// <param name="Plan">From here, to here, or within this host. With <see cref="Onward"/>, the plan that reads from the first of two remote hosts.</param>
internal sealed record Transfer(Plan Plan)
{
    /// <summary>The plan that writes to the second of two remote hosts.</summary>
    public Plan? Onward { get; init; }

    /// <summary>The host that carries out the plan, if it is not this one.</summary>
    public Remote? Origin { get; init; }

    /// <summary>All hosts that this host logs in to.</summary>
    public IEnumerable<Remote> Logins => [Origin ?? Plan.Remote, .. Onward is { } onward ? [onward.Remote] : Array.Empty<Remote>()];

    /// <summary>If logins are to end with the invocation, each ends with the last transfer that uses it.</summary>
    public Transfer LeavingLoginsTo(IEnumerable<Transfer> later)
    {
        var logins = later.SelectMany(static transfer => transfer.Logins).ToList();
        return this with
        {
            Plan = Plan with { Remote = LoginEnd.Left(Plan.Remote, logins) },
            Onward = Onward is null ? null : Onward with { Remote = LoginEnd.Left(Onward.Remote, logins) },
            Origin = Origin is null ? null : LoginEnd.Left(Origin, logins),
        };
    }
}

using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Yscp;

/// <summary>A yscp command line that is valid.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Transfers">The copies, one after the other; none for Usage and Version.</param>
/// <param name="Directory">A local name that must be a directory before anything is done; empty for none.</param>
/// <param name="Progress">Draw the meter, if there is a terminal.</param>
/// <param name="Events">File or descriptor for the events; empty for none.</param>
/// <param name="Verbosity">-1 without warnings, 0, 1 with a summary, 2 with more.</param>
internal sealed record TransferList(CommandKind Kind, IReadOnlyList<Transfer> Transfers, string Directory, bool Progress, string Events, int Verbosity);

/// <summary>One copy: sources that share a host, to the target.</summary>
/// <param name="Plan">From here, to here, or within this host. With <see cref="Onward"/>, what is read from the first of two remote hosts.</param>
internal sealed record Transfer(Plan Plan)
{
    /// <summary>What is written to the second of two remote hosts.</summary>
    public Plan? Onward { get; init; }

    /// <summary>The host that carries out the plan, if it is not this one.</summary>
    public Remote? Origin { get; init; }

    /// <summary>Every host that this one logs in to.</summary>
    public IEnumerable<Remote> Logins => [Origin ?? Plan.Remote, .. Onward is { } onward ? [onward.Remote] : Array.Empty<Remote>()];

    /// <summary>A login that is to end with the call ends with the last transfer that uses it.</summary>
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

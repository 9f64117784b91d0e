using Pipe.Engine;

namespace Pipe.CommandLine;

/// <summary>With <c>keep-login end</c> a login ends with the call. A copy leaves that to a later one of the same call.</summary>
internal static class LoginEnd
{
    /// <summary>From the end of one copy to the beginning of the next.</summary>
    private const int SecondsBetween = 60;

    /// <param name="remote">A host of a copy.</param>
    /// <param name="later">The hosts of the copies that follow.</param>
    public static Remote Left(Remote remote, IEnumerable<Remote> later) =>
        IsMeant(remote) && later.Any(other => IsSame(remote, other)) ? remote with { KeepSeconds = SecondsBetween } : remote;

    /// <param name="plans">One after the other.</param>
    public static IReadOnlyList<Plan> Left(IReadOnlyList<Plan> plans) =>
        [.. plans.Select((plan, i) => plan with { Remote = Left(plan.Remote, plans.Skip(i + 1).Select(static later => later.Remote)) })];

    /// <summary>The call has ended: so have its logins, should it not have come to its last copy.</summary>
    public static void Ensure(IReadOnlyList<Plan> plans)
    {
        if (plans.Count > 1)
        {
            plans.Where(static plan => IsMeant(plan.Remote)).ToList().ForEach(Copy.EndLogin);
        }
    }

    private static bool IsMeant(Remote remote) => remote.KeepSeconds == Remote.EndOfKeeping;

    private static bool IsSame(Remote one, Remote other) => (one.Host, one.User, one.SshPort) == (other.Host, other.User, other.SshPort);
}

using Pipe.Engine;

namespace Pipe.CommandLine;

/// <summary>Ends kept logins with the call, for <c>keep-login end</c>. If a later copy of the call uses the same login, that copy ends it.</summary>
internal static class LoginEnd
{
    /// <summary>Seconds that a login is kept from one copy to the next.</summary>
    private const int SecondsBetween = 60;

    /// <param name="remote">A host of a copy.</param>
    /// <param name="later">The hosts of the copies that follow.</param>
    public static Remote Left(Remote remote, IEnumerable<Remote> later) =>
        IsMeant(remote) && later.Any(other => IsSame(remote, other)) ? remote with { KeepSeconds = SecondsBetween } : remote;

    /// <param name="plans">The plans of the copies, in order.</param>
    public static IReadOnlyList<Plan> Left(IReadOnlyList<Plan> plans) =>
        [.. plans.Select((plan, i) => plan with { Remote = Left(plan.Remote, plans.Skip(i + 1).Select(static later => later.Remote)) })];

    /// <summary>Ends the logins that remain, for a call that stops before its last copy.</summary>
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

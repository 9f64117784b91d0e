namespace Pipe.Engine;

/// <summary>All that a login takes, worked out once and good for each login of a session.</summary>
/// <param name="Remote">The other host.</param>
/// <param name="TimeoutSeconds">How long a login may take.</param>
/// <param name="Kept">The login that is shared with other calls, if one is.</param>
/// <param name="Program">What to bring along, if it may be missing there.</param>
internal sealed record Access(Remote Remote, int TimeoutSeconds, KeptLogin? Kept = null, OwnProgram? Program = null)
{
    /// <exception cref="Failure">What was asked for cannot be had here.</exception>
    public static Access Of(Plan plan)
    {
        var access = new Access(plan.Remote, plan.TimeoutSeconds);
        return access with
        {
            Kept = KeptLogin.Of(access),
            Program = plan.Remote.Bootstrap && !plan.Remote.IsLocal ? OwnProgram.Read() : null,
        };
    }
}

using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yscp;

/// <summary>Maps exit codes to scp's exit statuses.</summary>
internal static class Status
{
    /// <summary>scp gives up with 255 if the other host has no directory for several sources, or no such home directory.</summary>
    /// <param name="failure">The failure of a transfer of which nothing has moved.</param>
    /// <param name="plan">The transfer.</param>
    public static Failure OfStart(Failure failure, Plan plan) =>
        failure.Code == ExitCode.Objects && plan.Direction == Direction.Write && plan.Remote.Host.Length > 0 && (plan.Here.Names.Length > 1 || plan.There.Text.StartsWith('~'))
            ? new Failure(ExitCode.Unreachable, failure.Message, failure.Hint)
            : failure;

    /// <summary>
    /// 255, like ssh, for an unreachable host and for errors that scp finds before it connects; 1 for all other failures, such as a usage error or a
    /// signal.
    /// </summary>
    public static int Of(ExitCode code) => code switch
    {
        ExitCode.Done => 0,
        ExitCode.Unreachable => 255,
        ExitCode.Bug => (int)code,
        _ => 1,
    };
}

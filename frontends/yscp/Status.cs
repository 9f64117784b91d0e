using Pipe.Protocol;

namespace Pipe.Yscp;

/// <summary>Maps exit codes to scp's exit statuses.</summary>
internal static class Status
{
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

using Pipe.Protocol;

namespace Pipe.Yscp;

/// <summary>The exit status as scp has it.</summary>
internal static class Status
{
    /// <summary>
    /// 255, as ssh's own, for a host that cannot be reached and for what scp finds wrong before it connects; 1 for whatever else
    /// went wrong, as a command line that makes no sense or a signal.
    /// </summary>
    public static int Of(ExitCode code) => code switch
    {
        ExitCode.Done => 0,
        ExitCode.Unreachable => 255,
        ExitCode.Bug => (int)code,
        _ => 1,
    };
}

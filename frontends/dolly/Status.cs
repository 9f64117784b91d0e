using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>The exit statuses of dolly: 0 all nodes, 2 some failed, 1 none or usage.</summary>
internal static class Status
{
    private const int None = 1;
    private const int Some = 2;

    /// <summary>In dolly, <see cref="ExitCode.Objects"/> means that some nodes failed and some did not.</summary>
    public static int Of(ExitCode code) => code switch
    {
        ExitCode.Done => 0,
        ExitCode.Objects => Some,
        ExitCode.Bug => (int)ExitCode.Bug,
        _ => None,
    };

    /// <summary>A failure of all nodes: of the codes, <see cref="ExitCode.Objects"/> means that some nodes have the data.</summary>
    public static Failure AsNone(Failure e) => e.Code == ExitCode.Objects ? new Failure(ExitCode.Unreachable, e.Message, e.Hint) : e;
}

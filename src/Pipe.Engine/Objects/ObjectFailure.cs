using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What a failed system call on a source or sink means for the user.</summary>
internal static class ObjectFailure
{
    public static Failure Of(IOException e) => e is LinuxException { IsNoSpace: true }
        ? new Failure(ExitCode.NoSpace, e.Message)
        : new Failure(ExitCode.Objects, e.Message);
}

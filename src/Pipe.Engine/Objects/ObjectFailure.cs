using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What a failed system call on a source or sink means for the user.</summary>
internal static class ObjectFailure
{
    public static Failure Of(IOException e) => e is LinuxException { IsNoSpace: true }
        ? new Failure(ExitCode.NoSpace, e.Message)
        : new Failure(ExitCode.Objects, e.Message);

    /// <summary>The reader of a pipe that we write is no longer there.</summary>
    public static Failure Gone(string name) => new(ExitCode.Command, $"{name}: whoever read it went away before the end");
}

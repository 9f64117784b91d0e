using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Translates failed system calls on a source or sink into failures for the user.</summary>
internal static class ObjectFailure
{
    public static Failure Of(IOException e) => e is LinuxException { IsNoSpace: true }
        ? new Failure(ExitCode.NoSpace, e.Message)
        : new Failure(ExitCode.Objects, e.Message);

    /// <summary>The reader of a pipe that we write has exited.</summary>
    public static Failure Gone(string name) => new(ExitCode.Command, $"{name}: broken pipe: the reader exited");
}

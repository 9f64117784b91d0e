using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Translates failed system calls on a source or sink into failures for the user.</summary>
internal static class ObjectFailure
{
    public static Failure Of(IOException e) => e is LinuxException { IsNoSpace: true }
        ? new Failure(ExitCode.NoSpace, e.Message, inner: e)
        : new Failure(ExitCode.Objects, e.Message, inner: e);

    /// <summary>The reader of a pipe that we write has exited.</summary>
    public static Failure Gone(string name) => new(ExitCode.Command, $"{name}: broken pipe: the reader exited");
}

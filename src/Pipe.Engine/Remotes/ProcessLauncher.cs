using System.Net;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Launches with a local command, whose standard input and output are the control channel.</summary>
/// <param name="access">The host, and how to reach it.</param>
internal abstract class ProcessLauncher(Access access) : ILauncher
{
    public abstract string Name { get; }

    public virtual string NotFound => "dmscp was not found there";

    public virtual bool CanRelaunch => false;

    public virtual bool FollowsSshConfiguration => false;

    protected Access Access => access;

    protected Remote Remote => access.Remote;

    /// <summary>Whether the command leads a process group, which is ended as a whole.</summary>
    protected virtual bool LeadsGroup => false;

    /// <summary>Whether a process that outlives the command may hold its standard error open.</summary>
    protected virtual bool MayHoldErrors => false;

    protected virtual IPAddress? PeerAddress => null;

    /// <summary>The hint if the command does not exist here.</summary>
    protected virtual string MissingHint => "";

    /// <summary>The command as an argument vector.</summary>
    /// <param name="isQuiet">Whether the command must not prompt the user.</param>
    public abstract IReadOnlyList<string> Words(bool isQuiet = false);

    public IRemoteProcess Launch(bool isQuiet)
    {
        var words = Words(isQuiet);
        var (childInput, input) = Fd.Pipe("control channel");
        var (output, childOutput) = Fd.Pipe("control channel");
        var (errors, childErrors) = MayHoldErrors || access.Errors is not null ? Fd.Pipe("standard error") : default;
        using (childInput)
        using (childOutput)
        using (childErrors)
        {
            try
            {
                var child = Child.Start(words, [childInput, childOutput, childErrors], LeadsGroup);
                return new LaunchedProcess(child, input, output, errors is null ? null : new ErrorRelay(errors, access.Errors, MayHoldErrors), Meaning) { PeerAddress = PeerAddress };
            }
            catch (LinuxException e)
            {
                input.Dispose();
                output.Dispose();
                errors?.Dispose();
                var (code, hint) = e.IsShortage && Failure.Of(e) is { } shortage ? (shortage.Code, shortage.Hint) : (ExitCode.Unreachable, e.Errno == Errno.NoEntry ? MissingHint : "");
                throw new Failure(code, $"cannot start the remote shell: {e.Message}", hint);
            }
        }
    }

    protected abstract RemoteExit Meaning(ExitStatus status);
}

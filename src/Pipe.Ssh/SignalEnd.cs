using System.Runtime.InteropServices;
using Pipe.CommandLine;
using Pipe.Linux;

namespace Pipe.Ssh;

/// <summary>
/// Ends the program with ssh's exit status at the signals that end ssh. SIGTSTP keeps its default action: the parent process continues this one at once,
/// and a handler could stop it only after that.
/// </summary>
internal sealed class SignalEnd : IDisposable
{
    private static readonly (PosixSignal Signal, int Number)[] Ends = [(PosixSignal.SIGHUP, 1), (PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15)];
    private readonly List<PosixSignalRegistration> _registrations = [];

    public SignalEnd()
    {
        // Unless SIGCONT is handled, the runtime resets the terminal when the process continues.
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, static context => context.Cancel = true));
        var ignored = Interruption.Ignored();
        _registrations.AddRange(Ends.Where(one => (ignored >> (one.Number - 1) & 1) == 0).Select(static one => PosixSignalRegistration.Create(one.Signal, Leave)));
    }

    public void Dispose() => _registrations.ForEach(static one => one.Dispose());

    private static void Leave(PosixSignalContext context)
    {
        Prompt.Restore();
        Sys.ExitNow(RemoteCommand.Failed);
    }
}

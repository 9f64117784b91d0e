using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>
/// Handles SIGINT, SIGTERM and SIGHUP during a copy: the first signal cancels the copy, a later one exits at once. A signal that was
/// ignored when the program started (nohup, a background job) stays ignored. SIGTSTP (Ctrl-Z) suspends the copy after the remote ends have been told.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly (PosixSignal Signal, int Number)[] Signals = [(PosixSignal.SIGHUP, 1), (PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15)];

    /// <summary>timeout(1) and shells signal a process and then its group: signals so close to each other are one.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action _leave;
    private int _count;
    private long _first = long.MaxValue;
    private PosixSignalRegistration? _suspend;

    /// <param name="leave">Called before a second signal ends the program.</param>
    public Interruption(Action leave)
    {
        _leave = leave;

        // Unless SIGCONT is handled, the runtime resets the terminal when we resume, which stops ssh if we are in the background.
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, static context => context.Cancel = true));
        var ignored = Ignored();
        bool IsIgnored(int number) => (ignored >> (number - 1) & 1) != 0;
        _registrations.AddRange(Signals.Where(one => !IsIgnored(one.Number)).Select(one => PosixSignalRegistration.Create(one.Signal, Arrived)));
        _suspend = IsIgnored(OwnProcess.SignalStop) ? null : PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Suspend);
    }

    public CancellationToken Token => _source.Token;

    public bool Happened => Volatile.Read(ref _count) > 0;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _suspend?.Dispose();
        _source.Dispose();
    }

    /// <summary>Stops by the signal's default action, which needs the registration away.</summary>
    private void Suspend(PosixSignalContext context)
    {
        context.Cancel = true;
        Suspension.Begin();
        _suspend?.Dispose();
        OwnProcess.Suspend();
        _suspend = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Suspend);
        Suspension.End();
    }

    private void Arrived(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) == 1)
        {
            Volatile.Write(ref _first, Stopwatch.GetTimestamp());
        }
        else if (Stopwatch.GetElapsedTime(Volatile.Read(ref _first)) < Together)
        {
            return;
        }
        else
        {
            _leave();
            Environment.Exit((int)ExitCode.Interrupted);
        }

        // Not Cancel, which would run the callbacks here and could delay the second signal.
        _ = _source.CancelAsync();
    }

    /// <summary>The signals that this process was started to ignore, bit n-1 for signal n.</summary>
    internal static ulong Ignored()
    {
        try
        {
            return Ignored(RawText.Decode(ProcessFile.Read("status")));
        }
        catch (LinuxException)
        {
            return 0;
        }
    }

    /// <summary>The signals that a process ignores, bit n-1 for signal n, from its status file; see proc(5).</summary>
    internal static ulong Ignored(string status)
    {
        const string field = "\nSigIgn:";
        var start = status.IndexOf(field, StringComparison.Ordinal) + field.Length;
        var end = start < field.Length ? -1 : status.IndexOf('\n', start);
        return end > 0 && ulong.TryParse(status.AsSpan(start, end - start).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mask) ? mask : 0;
    }
}

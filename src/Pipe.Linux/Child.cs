using System.Runtime.InteropServices;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>How a process ended: an exit status, or the signal that killed it.</summary>
internal readonly record struct ExitStatus(int Status, int Signal)
{
    public bool IsSuccess => Status == 0 && Signal == 0;

    public override string ToString() => Signal != 0 ? $"was killed by signal {Signal}" : $"ended with status {Status}";
}

/// <summary>
/// A process that we started. Its number stays reserved until <see cref="Dispose"/>, so a signal can never hit a stranger.
/// </summary>
internal sealed class Child : IDisposable
{
    public const int SignalTerminate = 15;
    public const int SignalKill = 9;

    private readonly TaskCompletionSource<ExitStatus> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _ownGroup;
    private readonly Lock _lock = new();
    private bool _reaped;

    private Child(int pid, string name, bool ownGroup)
    {
        Pid = pid;
        _ownGroup = ownGroup;
        new Thread(AwaitExit, maxStackSize: 128 * 1024) { IsBackground = true, Name = $"wait {name}" }.Start();
    }

    public int Pid { get; }

    public Task<ExitStatus> Exit => _exit.Task;

    /// <param name="arguments">The program, looked for in PATH, and its arguments.</param>
    /// <param name="descriptors">What the child gets as 0, 1, 2, ...; null leaves ours in place. Whatever else we opened is closed there.</param>
    /// <param name="ownGroup">Whether it leads a process group of its own, which is then signalled as a whole.</param>
    /// <exception cref="LinuxException">No such program, or it cannot be run.</exception>
    public static Child Start(IReadOnlyList<string> arguments, IReadOnlyList<Fd?> descriptors, bool ownGroup)
    {
        // Out of the way first: a number that is still needed must not be overwritten by an earlier one.
        var copies = descriptors.Select(fd => fd?.Duplicate(from: descriptors.Count)).ToArray();
        try
        {
            return new Child(Spawn(arguments, copies, ownGroup), arguments[0], ownGroup);
        }
        finally
        {
            foreach (var copy in copies)
            {
                copy?.Dispose();
            }
        }
    }

    /// <summary>Signals the process, or its whole group if it has one. Nothing happens once it is disposed.</summary>
    public void Signal(int signal)
    {
        lock (_lock)
        {
            if (!_reaped)
            {
                _ = Sys.Kill(_ownGroup ? -Pid : Pid, signal);
            }
        }
    }

    /// <summary>Gives the process number back, as soon as the process has ended.</summary>
    public void Dispose() => Exit.ContinueWith(_ => Reap(), TaskContinuationOptions.ExecuteSynchronously);

    private unsafe void Reap()
    {
        const int infoSize = 128;
        var info = stackalloc byte[infoSize];
        lock (_lock)
        {
            if (!_reaped)
            {
                _ = Sys.Wait(Sys.WaitByPid, Pid, info, Sys.WaitExited);
                _reaped = true;
            }
        }
    }

    private unsafe void AwaitExit()
    {
        const int infoSize = 128;
        const int codeExited = 1;
        var info = stackalloc byte[infoSize];
        while (Sys.Wait(Sys.WaitByPid, Pid, info, Sys.WaitExited | Sys.WaitNoReap) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
            {
                _exit.SetException(LinuxException.Last("waitid", $"process {Pid}"));
                return;
            }
        }

        // siginfo_t of 64-bit Linux: si_code at 8, si_status at 24.
        var code = *(int*)(info + 8);
        var status = *(int*)(info + 24);
        _exit.SetResult(code == codeExited ? new ExitStatus(status, 0) : new ExitStatus(0, status));
    }

    private static unsafe int Spawn(IReadOnlyList<string> arguments, Fd?[] descriptors, bool ownGroup)
    {
        const int opaqueSize = 512; // posix_spawnattr_t is 336 bytes, posix_spawn_file_actions_t 80
        var actions = stackalloc byte[opaqueSize];
        var attributes = stackalloc byte[opaqueSize];
        _ = Sys.SpawnActionsInit(actions);
        _ = Sys.SpawnAttributesInit(attributes);
        try
        {
            for (var i = 0; i < descriptors.Length; i++)
            {
                if (descriptors[i] is { } fd)
                {
                    _ = Sys.SpawnActionsDuplicate(actions, fd.Number, i);
                }
            }

            SetAttributes(attributes, ownGroup);
            return Spawn(arguments, actions, attributes);
        }
        finally
        {
            _ = Sys.SpawnActionsDestroy(actions);
            _ = Sys.SpawnAttributesDestroy(attributes);
        }
    }

    private static unsafe void SetAttributes(byte* attributes, bool ownGroup)
    {
        const int signalPipe = 13;
        const int signalSetSize = 128;
        var signals = stackalloc byte[signalSetSize];
        _ = Sys.SignalsNone(signals);
        _ = Sys.SpawnAttributesSetSignalMask(attributes, signals);

        // The runtime ignores SIGPIPE; a shell pipeline must not.
        _ = Sys.SignalsAdd(signals, signalPipe);
        _ = Sys.SpawnAttributesSetSignalDefaults(attributes, signals);
        _ = Sys.SpawnAttributesSetGroup(attributes, 0);
        _ = Sys.SpawnAttributesSetFlags(
            attributes,
            (short)(Sys.SpawnSetSignalDefaults | Sys.SpawnSetSignalMask | (ownGroup ? Sys.SpawnSetProcessGroup : 0)));
    }

    private static unsafe int Spawn(IReadOnlyList<string> arguments, byte* actions, byte* attributes)
    {
        using var argv = new NativeStrings(arguments.Select(RawText.Encode));
        using var environment = new NativeStrings(Environment());
        int pid;
        var error = Sys.Spawn(&pid, argv.Pointers[0], actions, attributes, argv.Pointers, environment.Pointers);
        return error == 0 ? pid : throw new LinuxException("posix_spawn", arguments[0], error);
    }

    /// <summary>The environment as it was handed to us, byte for byte.</summary>
    private static List<byte[]> Environment()
    {
        var words = new List<byte[]>();
        var all = ProcessFile.Read("environ");
        for (var start = 0; start < all.Length;)
        {
            var length = all.AsSpan(start).IndexOf((byte)0);
            length = length < 0 ? all.Length - start : length;
            words.Add(all[start..(start + length)]);
            start += length + 1;
        }

        return words;
    }
}

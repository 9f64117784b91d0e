using System.Runtime.InteropServices;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>How a process ended: an exit status, or the signal that killed it.</summary>
internal readonly record struct ExitStatus(int Status, int Signal)
{
    /// <summary>A shell adds this to the number of a signal in its exit status.</summary>
    private const int ShellSignal = 128;

    public bool IsSuccess => Status == 0 && Signal == 0;

    /// <summary>Whether the process has exceeded the limit on file size.</summary>
    public bool ExceedsFileSize => Signal == Sys.SignalFileSize || Status == ShellSignal + Sys.SignalFileSize;

    public override string ToString() => Signal != 0 ? $"was killed by signal {Signal}" : $"ended with status {Status}";
}

/// <summary>
/// A child process. Its pid stays reserved until <see cref="Dispose"/>, so a signal never reaches an unrelated process.
/// </summary>
internal sealed class Child : IDisposable
{
    public const int SignalTerminate = 15;
    public const int SignalKill = 9;
    public const int SignalContinue = 18;

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

    /// <param name="arguments">The program, looked up in PATH, and its arguments.</param>
    /// <param name="descriptors">The child's descriptors 0, 1, 2, ...; null passes ours on. All our other descriptors are closed in the child.</param>
    /// <param name="ownGroup">Whether the child leads its own process group; signals then go to the whole group.</param>
    /// <exception cref="LinuxException">The program does not exist or cannot be run.</exception>
    public static Child Start(IReadOnlyList<string> arguments, IReadOnlyList<Fd?> descriptors, bool ownGroup) =>
        Start(arguments, descriptors, ownGroup ? Sys.SpawnSetProcessGroup : (short)0);

    /// <summary>Like Start, but the child leads its own session, without a terminal.</summary>
    /// <exception cref="LinuxException">The program does not exist or cannot be run.</exception>
    public static Child StartSession(IReadOnlyList<string> arguments, IReadOnlyList<Fd?> descriptors) => Start(arguments, descriptors, Sys.SpawnSetSession);

    private static Child Start(IReadOnlyList<string> arguments, IReadOnlyList<Fd?> descriptors, short spawnFlags)
    {
        // Moved above the target numbers first, so that no dup2 overwrites a descriptor that a later one needs.
        var copies = descriptors.Select(fd => fd?.Duplicate(from: descriptors.Count)).ToArray();
        try
        {
            return new Child(Spawn(arguments, copies, spawnFlags), arguments[0], ownGroup: spawnFlags != 0);
        }
        finally
        {
            foreach (var copy in copies)
            {
                copy?.Dispose();
            }
        }
    }

    /// <summary>Signals the process, or its group if it leads one. Does nothing after the process has been reaped.</summary>
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

    /// <summary>Continues the process and all that it has started, which a signal to the whole job has stopped.</summary>
    public void Continue()
    {
        Signal(SignalContinue);
        foreach (var pid in Exit.IsCompleted ? [] : Descendants.Of(Pid))
        {
            _ = Sys.Kill(pid, SignalContinue);
        }
    }

    /// <summary>Reaps the process once it has exited, which frees its pid.</summary>
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

    private static unsafe int Spawn(IReadOnlyList<string> arguments, Fd?[] descriptors, short spawnFlags)
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

            SetAttributes(attributes, spawnFlags);
            return Spawn(arguments, actions, attributes);
        }
        finally
        {
            _ = Sys.SpawnActionsDestroy(actions);
            _ = Sys.SpawnAttributesDestroy(attributes);
        }
    }

    private static unsafe void SetAttributes(byte* attributes, short spawnFlags)
    {
        const int signalPipe = 13;
        const int signalSetSize = 128;
        var signals = stackalloc byte[signalSetSize];
        _ = Sys.SignalsNone(signals);
        _ = Sys.SpawnAttributesSetSignalMask(attributes, signals);

        // The runtime ignores SIGPIPE, and this program SIGXFSZ; a shell pipeline must not.
        _ = Sys.SignalsAdd(signals, signalPipe);
        _ = Sys.SignalsAdd(signals, Sys.SignalFileSize);
        _ = Sys.SpawnAttributesSetSignalDefaults(attributes, signals);
        _ = Sys.SpawnAttributesSetGroup(attributes, 0);
        _ = Sys.SpawnAttributesSetFlags(
            attributes,
            (short)(Sys.SpawnSetSignalDefaults | Sys.SpawnSetSignalMask | spawnFlags));
    }

    private static unsafe int Spawn(IReadOnlyList<string> arguments, byte* actions, byte* attributes)
    {
        using var argv = new NativeStrings(arguments.Select(RawText.Encode));
        using var environment = new NativeStrings(Environment());
        int pid;
        var error = Sys.Spawn(&pid, argv.Pointers[0], actions, attributes, argv.Pointers, environment.Pointers);
        return error == 0 ? pid : throw new LinuxException(LinuxException.Spawn, arguments[0], error);
    }

    /// <summary>Our own initial environment, byte for byte; where /proc is missing, as the runtime knows it.</summary>
    private static List<byte[]> Environment()
    {
        try
        {
            return Split(ProcessFile.Read("environ"));
        }
        catch (LinuxException)
        {
            return [.. System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(static one => RawText.Encode($"{one.Key}={one.Value}"))];
        }
    }

    private static List<byte[]> Split(byte[] all)
    {
        var words = new List<byte[]>();
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

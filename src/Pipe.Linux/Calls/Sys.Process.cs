using System.Runtime.InteropServices;

namespace Pipe.Linux;

internal static partial class Sys
{
    public const short SpawnSetProcessGroup = 0x02;
    public const short SpawnSetSignalDefaults = 0x04;
    public const short SpawnSetSignalMask = 0x08;

    public const short SpawnSetSession = 0x80;

    public const int WaitByPid = 1;
    public const int WaitExited = 4;
    public const int WaitNoReap = 0x01000000;

    [LibraryImport(Libc, EntryPoint = "posix_spawnp")]
    public static unsafe partial int Spawn(int* pid, byte* file, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport(Libc, EntryPoint = "posix_spawn_file_actions_init")]
    public static unsafe partial int SpawnActionsInit(byte* actions);

    [LibraryImport(Libc, EntryPoint = "posix_spawn_file_actions_destroy")]
    public static unsafe partial int SpawnActionsDestroy(byte* actions);

    [LibraryImport(Libc, EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static unsafe partial int SpawnActionsDuplicate(byte* actions, int from, int to);

    [LibraryImport(Libc, EntryPoint = "posix_spawnattr_init")]
    public static unsafe partial int SpawnAttributesInit(byte* attributes);

    [LibraryImport(Libc, EntryPoint = "posix_spawnattr_destroy")]
    public static unsafe partial int SpawnAttributesDestroy(byte* attributes);

    [LibraryImport(Libc, EntryPoint = "posix_spawnattr_setflags")]
    public static unsafe partial int SpawnAttributesSetFlags(byte* attributes, short flags);

    [LibraryImport(Libc, EntryPoint = "posix_spawnattr_setpgroup")]
    public static unsafe partial int SpawnAttributesSetGroup(byte* attributes, int group);

    [LibraryImport(Libc, EntryPoint = "posix_spawnattr_setsigdefault")]
    public static unsafe partial int SpawnAttributesSetSignalDefaults(byte* attributes, byte* signals);

    [LibraryImport(Libc, EntryPoint = "posix_spawnattr_setsigmask")]
    public static unsafe partial int SpawnAttributesSetSignalMask(byte* attributes, byte* signals);

    [LibraryImport(Libc, EntryPoint = "sigemptyset")]
    public static unsafe partial int SignalsNone(byte* signals);

    [LibraryImport(Libc, EntryPoint = "sigaddset")]
    public static unsafe partial int SignalsAdd(byte* signals, int signal);

    public const int LimitOfFileSize = 1;
    public const int LimitOfProcesses = 6;
    public const int LimitOfOpenFiles = 7;
    public const int LimitOfAddressSpace = 9;

    public const int SignalFileSize = 25;
    public const nint IgnoreSignal = 1;

    [LibraryImport(Libc, EntryPoint = "signal")]
    public static partial nint SetSignalHandler(int signal, nint handler);

    /// <summary>Ends the process without running anything else.</summary>
    [LibraryImport(Libc, EntryPoint = "_exit")]
    public static partial void ExitNow(int status);

    /// <summary>The soft and the hard limit.</summary>
    [LibraryImport(Libc, EntryPoint = "getrlimit", SetLastError = true)]
    public static unsafe partial int GetLimit(int resource, ulong* softAndHard);

    [LibraryImport(Libc, EntryPoint = "waitid", SetLastError = true)]
    public static unsafe partial int Wait(int kind, int id, byte* info, int options);

    [LibraryImport(Libc, EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    /// <summary>Signals the calling thread, which has handled the signal when this returns.</summary>
    [LibraryImport(Libc, EntryPoint = "raise", SetLastError = true)]
    public static partial int Raise(int signal);
}

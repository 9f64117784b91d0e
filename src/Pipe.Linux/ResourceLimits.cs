using System.Globalization;

namespace Pipe.Linux;

/// <summary>The limits of this process; see getrlimit(2).</summary>
internal static class ResourceLimits
{
    private const int Usual = 1024;

    /// <summary>The unit of ulimit -f and -v, in bytes.</summary>
    private const ulong Kibibyte = 1024;

    /// <summary>Descriptors that may be open at the same time.</summary>
    public static int OpenFiles => (int)Math.Min(Of(Sys.LimitOfOpenFiles) ?? Usual, int.MaxValue);

    /// <summary>Processes and threads of this user; null without limit.</summary>
    public static ulong? Threads => Of(Sys.LimitOfProcesses);

    /// <summary>Bytes of a file that this process writes; null without limit.</summary>
    public static ulong? FileSize => Of(Sys.LimitOfFileSize);

    /// <summary>Bytes of address space; null without limit.</summary>
    public static ulong? Memory => Of(Sys.LimitOfAddressSpace);

    /// <summary>The limits that a process without memory or threads may have met, for messages.</summary>
    public static string Described =>
        $"ulimit -u is {Shown(Threads)}, -v {Shown(Memory / Kibibyte)}, -n {Shown((ulong)OpenFiles)}";

    /// <summary>The limit that made a call fail, in parentheses, as the shell's ulimit shows it; empty for other causes.</summary>
    public static string MetWith(string call, int errno) => errno switch
    {
        Errno.TooManyOpen => $" (ulimit -n is {Shown((ulong)OpenFiles)})",
        Errno.FileTooBig when FileSize is { } most => $" (ulimit -f is {Shown(most / Kibibyte)})",
        Errno.Again when call == LinuxException.Spawn && Threads is { } most => $" (ulimit -u is {Shown(most)})",
        _ => "",
    };

    /// <summary>Lets a write beyond the largest file size fail with an error, instead of killing this process.</summary>
    public static void IgnoreFileSizeSignal() => Sys.SetSignalHandler(Sys.SignalFileSize, Sys.IgnoreSignal);

    private static string Shown(ulong? limit) => limit?.ToString(CultureInfo.InvariantCulture) ?? "unlimited";

    private static unsafe ulong? Of(int resource)
    {
        var limits = stackalloc ulong[2];
        return Sys.GetLimit(resource, limits) == 0 && limits[0] != ulong.MaxValue ? limits[0] : null;
    }
}

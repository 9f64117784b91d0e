using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>Flags of open(2). Some of them differ between architectures.</summary>
internal static class OpenFlags
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoTerminal = 0x100;
    public const int Truncate = 0x200;
    public const int Append = 0x400;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    /// <summary>O_PATH: names the file without opening its content.</summary>
    public const int PathOnly = 0x200000;

    public static int NoFollow { get; } = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>O_DIRECT: reads and writes go past the page cache.</summary>
    public static int Direct { get; } = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    public static int Directory { get; } = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    /// <summary>O_TMPFILE: an unnamed file, linked to a name once complete. Must follow Directory in initialization order.</summary>
    public static int Nameless { get; } = 0x400000 | Directory;
}

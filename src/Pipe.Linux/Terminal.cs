namespace Pipe.Linux;

/// <summary>The controlling terminal, and the sizes of terminals.</summary>
internal static class Terminal
{
    /// <summary>Rows and columns of the terminal behind a descriptor; null if it is not a terminal or its size is unknown.</summary>
    public static unsafe (int Rows, int Columns)? SizeOf(int descriptor)
    {
        WindowSize size;
        return Sys.Ioctl(descriptor, Sys.IoctlWindowSize, &size) == 0 && size.Columns > 0 ? (size.Rows, size.Columns) : null;
    }

    /// <summary>Whether this process has a controlling terminal.</summary>
    public static bool IsAvailable
    {
        get
        {
            using var terminal = Fd.TryOpen("/dev/tty", OpenFlags.ReadOnly | OpenFlags.NoTerminal);
            return terminal is not null;
        }
    }
}

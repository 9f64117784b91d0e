namespace Pipe.Linux;

/// <summary>The terminal that this process was started from.</summary>
internal static class Terminal
{
    /// <summary>Rows and columns of the terminal that a descriptor leads to; null if it leads to none, or that does not know.</summary>
    public static unsafe (int Rows, int Columns)? SizeOf(int descriptor)
    {
        WindowSize size;
        return Sys.Ioctl(descriptor, Sys.IoctlWindowSize, &size) == 0 && size.Columns > 0 ? (size.Rows, size.Columns) : null;
    }

    public static bool IsThere
    {
        get
        {
            using var terminal = Fd.TryOpen("/dev/tty", OpenFlags.ReadOnly | OpenFlags.NoTerminal);
            return terminal is not null;
        }
    }
}

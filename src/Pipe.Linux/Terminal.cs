namespace Pipe.Linux;

/// <summary>The terminal that this process was started from.</summary>
internal static class Terminal
{
    public static bool IsThere
    {
        get
        {
            try
            {
                using var terminal = Fd.Open("/dev/tty", OpenFlags.ReadOnly | OpenFlags.NoTerminal);
                return true;
            }
            catch (LinuxException)
            {
                return false;
            }
        }
    }
}

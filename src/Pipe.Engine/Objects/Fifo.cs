using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Opens a fifo without waiting for the process at the other end.</summary>
internal static class Fifo
{
    /// <summary>How long to wait for the other end before the user is told.</summary>
    public const int PatienceMilliseconds = 1500;

    /// <summary>Opens the read end, which shows bytes or the end only after a writer has opened the fifo.</summary>
    public static Fd OpenReader(string path) => Fd.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);

    /// <summary>Opens the write end; null while there is no reader.</summary>
    public static Fd? TryOpenWriter(string path)
    {
        try
        {
            return Fd.Open(path, OpenFlags.WriteOnly | OpenFlags.NonBlocking);
        }
        catch (LinuxException e) when (e.Errno == Errno.NoReader)
        {
            return null;
        }
    }
}

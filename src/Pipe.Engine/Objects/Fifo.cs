using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Opens a fifo without waiting for whoever has the other end.</summary>
internal static class Fifo
{
    /// <summary>How long it may be alone before the user is told.</summary>
    public const int PatienceMilliseconds = 1500;

    /// <summary>The read end: it shows bytes, or the end, only after somebody has opened the other one.</summary>
    public static Fd OpenReader(string path) => Fd.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);

    /// <summary>The write end; null while nobody reads.</summary>
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

namespace Pipe.Linux;

/// <summary>Standard input, output and error of this process.</summary>
internal static class StandardStreams
{
    /// <summary>
    /// Takes over standard input and output for a control channel. From then on descriptor 0 reads as empty, and descriptor 1 writes to
    /// standard error.
    /// </summary>
    public static (Fd Input, Fd Output) TakeForControl()
    {
        using var zero = new Fd(0, "standard input");
        using var one = new Fd(1, "standard output");
        var taken = (zero.Duplicate(), one.Duplicate());
        using var nothing = Fd.Open("/dev/null", OpenFlags.ReadOnly);
        nothing.Check(Sys.Duplicate(nothing.Number, 0), "dup2");
        one.Check(Sys.Duplicate(2, 1), "dup2");
        zero.Release();
        one.Release();
        return taken;
    }

    /// <summary>
    /// Whether the parent process passed this stream on. If not, the runtime may have reused the number for a descriptor of its own, which
    /// is always close-on-exec.
    /// </summary>
    public static bool IsOpen(int fd) => Sys.Fcntl(fd, Sys.FcntlGetDescriptorFlags, 0) == 0;

    public static bool IsTerminal(int fd) => Sys.IsTerminal(fd) == 1;
}

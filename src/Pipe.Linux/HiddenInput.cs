namespace Pipe.Linux;

/// <summary>A terminal whose echo is off until this object is disposed, for a password.</summary>
internal sealed unsafe class HiddenInput : IDisposable
{
    // struct termios of the kernel: four words of flags, of which the last is c_lflag, the line discipline, and 19 control characters.
    private const int Size = 36;
    private const int LocalFlags = 3;
    private const uint Echo = 0x8;
    private const uint EchoNewline = 0x40;

    private readonly Fd _terminal;
    private readonly byte[] _before = new byte[Size];
    private int _isRestored;

    /// <param name="terminal">The terminal. Input typed ahead is dropped.</param>
    /// <exception cref="LinuxException">It is not a terminal.</exception>
    public HiddenInput(Fd terminal)
    {
        _terminal = terminal;
        var hidden = stackalloc uint[Size / sizeof(uint)];
        terminal.Check(Sys.Ioctl(terminal.Number, Sys.IoctlGetTerminal, hidden), "tcgetattr");
        new ReadOnlySpan<byte>(hidden, Size).CopyTo(_before);
        hidden[LocalFlags] = (hidden[LocalFlags] & ~Echo) | EchoNewline;
        terminal.Check(Sys.Ioctl(terminal.Number, Sys.IoctlSetTerminalFlushed, hidden), "tcsetattr");
    }

    /// <summary>Turns the echo on again. May be called from the handler of a signal that ends the program.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isRestored, 1) == 0)
        {
            fixed (byte* before = _before)
            {
                _ = Sys.Ioctl(_terminal.Number, Sys.IoctlSetTerminalFlushed, before);
            }
        }
    }
}

namespace Pipe.Linux;

/// <summary>Ends the wait of a thread, again and again: an eventfd. Signalled from any thread.</summary>
internal sealed class EventCounter : IDisposable
{
    private readonly Fd _fd = Make();

    internal Fd Fd => _fd;

    public void Signal() => _ = _fd.TryWrite(One);

    /// <summary>Forgets the signals until now.</summary>
    public unsafe void Clear()
    {
        ulong count;
        _ = Sys.Read(_fd.Number, (byte*)&count, sizeof(ulong));
    }

    public void Dispose() => _fd.Dispose();

    private static ReadOnlySpan<byte> One => [1, 0, 0, 0, 0, 0, 0, 0];

    private static Fd Make()
    {
        var number = Sys.EventFd(0, OpenFlags.CloseOnExec | OpenFlags.NonBlocking);
        return number >= 0 ? new Fd(number, "eventfd") : throw LinuxException.Last("eventfd", "eventfd");
    }
}

namespace Pipe.Linux;

/// <summary>A reusable wake-up for a waiting thread (an eventfd). Any thread may signal it.</summary>
internal sealed class EventCounter : IDisposable
{
    private readonly Fd _fd = Make();

    internal Fd Fd => _fd;

    public void Signal() => _ = _fd.TryWrite(One);

    /// <summary>Discards all pending signals.</summary>
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

using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A pipe, terminal or other descriptor, read as its data arrive.</summary>
/// <param name="fd">Owned by this object from here on.</param>
/// <param name="waiting">Called once if no data arrive for a while at the start.</param>
internal sealed class PipeSource(Fd fd, Action? waiting = null) : IStreamSource
{
    private readonly Fd _fd = fd.Widened();
    private readonly Wake _wake = new();
    private Action? _waiting = waiting;

    public long Size => -1;

    public int Mode => Terms.NoMode;

    public int Read(Span<byte> buffer)
    {
        try
        {
            ReportIdle();
            return _wake.Readable(_fd) ? _fd.Read(buffer) : 0;
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public bool HasMore() => Wake.HasInput(_fd);

    public void Finish()
    {
        // A pipe reports nothing at its end.
    }

    public void Abort() => _wake.Signal();

    public void Dispose()
    {
        _fd.Dispose();
        _wake.Dispose();
    }

    private void ReportIdle()
    {
        if (_waiting is not null && !_wake.Readable(_fd, Fifo.PatienceMilliseconds) && !_wake.IsSignalled)
        {
            _waiting();
        }

        _waiting = null;
    }
}

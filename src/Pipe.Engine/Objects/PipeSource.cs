using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A pipe, terminal or other descriptor that is read as it comes.</summary>
/// <param name="fd">Owned from here on.</param>
internal sealed class PipeSource(Fd fd) : IStreamSource
{
    private readonly Wake _wake = new();

    public long Size => -1;

    public int Mode => Terms.NoMode;

    public int Read(Span<byte> buffer)
    {
        try
        {
            return _wake.Readable(fd) ? fd.Read(buffer) : 0;
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    public bool HasMore() => Wake.HasInput(fd);

    public void Finish()
    {
        // The end of a pipe is all that it tells.
    }

    public void Abort() => _wake.Signal();

    public void Dispose()
    {
        fd.Dispose();
        _wake.Dispose();
    }
}

using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>A pipe, terminal, tape or other descriptor, written front to back.</summary>
/// <param name="fd">Owned by this object from here on.</param>
internal sealed class PipeSink(Fd fd) : ISink
{
    private readonly Fd _fd = fd.Widened();
    private readonly Wake _wake = new();

    public bool IsOrdered => true;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            _fd.WriteAll(bytes);
        }
        catch (LinuxException e) when (e.IsBrokenPipe)
        {
            throw Failure.ReaderGone(_fd.Name);
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Hole(long offset, long length) => this.WriteZeros(offset, length);

    /// <summary>Success means that the reader has read the last byte, not just that the pipe holds it.</summary>
    public void Commit(long size)
    {
        try
        {
            var status = FileStatus.Of(_fd);
            if (status.IsPipe && !PipeDrain.Await(_fd, _wake))
            {
                throw Failure.ReaderGone(_fd.Name);
            }

            // A file opened for appending is written like a pipe, but still needs a sync.
            if (status.IsRegular)
            {
                _fd.Sync();
            }
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Abort() => _wake.Signal();

    public void Dispose()
    {
        _fd.Dispose();
        _wake.Dispose();
    }
}

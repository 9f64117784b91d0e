using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// The file that is open as standard output, written front to back. Other processes write to it too, and so do this program's messages after
/// <c>2>&amp;1</c>: they share the offset, which each write advances.
/// </summary>
/// <param name="fd">Owned by this object from here on.</param>
internal sealed class OpenFileSink(Fd fd) : ISink
{
    public bool IsOrdered => true;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            fd.WriteAll(bytes);
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <summary>Leaves a hole beyond the end of the file; its last byte is written, so that the file is long enough.</summary>
    public void Hole(long offset, long length)
    {
        try
        {
            if (fd.Position() >= FileStatus.Of(fd).Size)
            {
                fd.Skip(length - 1);
                length = 1;
            }
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }

        this.WriteZeros(offset, length);
    }

    public void Commit(long size)
    {
        try
        {
            fd.Sync();
            fd.Close();
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Abort()
    {
        // Written data cannot be taken back.
    }

    public void Dispose() => fd.Dispose();
}

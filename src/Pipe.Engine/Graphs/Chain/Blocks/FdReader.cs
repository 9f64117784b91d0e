using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Reads the target of a node.</summary>
/// <param name="fd">Owned by this object from here on.</param>
internal sealed class FdReader(Fd fd) : IBlockReader, IDisposable
{
    public Fd Fd => fd;

    public void Read(Span<byte> buffer, long offset)
    {
        int count;
        try
        {
            count = fd.ReadAt(buffer, offset);
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }

        if (count < buffer.Length)
        {
            throw new Failure(ExitCode.Objects, $"{fd.Name}: ends at {offset + count}");
        }
    }

    public void Dispose() => fd.Dispose();
}

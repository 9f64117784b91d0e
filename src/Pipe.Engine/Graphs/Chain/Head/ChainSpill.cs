using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A copy of the bytes that the head has read of a source that cannot be read again: a file without a name, which ends with the program.</summary>
internal sealed class ChainSpill : IBlockReader, IDisposable
{
    private readonly Fd _fd;
    private volatile Failure? _fault;

    /// <exception cref="Failure">It cannot be created.</exception>
    public ChainSpill()
    {
        var directory = Path.GetTempPath();
        try
        {
            _fd = Fd.Open(directory, OpenFlags.ReadWrite | OpenFlags.Nameless, Permissions.Ours, $"{directory} (spill file)");
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <summary>Keeps a block. If the disk is full, the chain continues without the block: only a node that lags too far fails then.</summary>
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (_fault is not null)
        {
            return;
        }

        try
        {
            _fd.WriteAllAt(bytes, offset);
        }
        catch (LinuxException e)
        {
            _fault = Failure.Of(e);
        }
    }

    public void Read(Span<byte> buffer, long offset)
    {
        try
        {
            if (_fd.ReadAt(buffer, offset) < buffer.Length)
            {
                throw _fault ?? new Failure(ExitCode.Objects, $"{_fd.Name}: ends too early");
            }
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Dispose() => _fd.Dispose();
}

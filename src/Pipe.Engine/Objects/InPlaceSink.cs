using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A block device, a file to be written in place, or the file that is open as standard output.</summary>
internal sealed class InPlaceSink : ISink
{
    private readonly Fd _fd;
    private readonly long _start;
    private readonly bool _isDevice;
    private readonly bool _isStandardOutput;

    /// <param name="fd">Owned by this object from here on.</param>
    /// <param name="status">The status of the file.</param>
    /// <param name="size">Bytes to expect; -1 if unknown.</param>
    /// <param name="start">Offset of the first byte.</param>
    /// <param name="isStandardOutput">Whether other processes share the offset and expect it at the end.</param>
    public InPlaceSink(Fd fd, FileStatus status, long size, long start = 0, bool isStandardOutput = false)
    {
        _fd = fd;
        _start = start;
        _isDevice = status.IsBlockDevice;
        _isStandardOutput = isStandardOutput;
        if (_isDevice && fd.DeviceSize() is var room && room < size)
        {
            fd.Dispose();
            throw new Failure(ExitCode.NoSpace, $"{fd.Name}: the device has {room} bytes, the source {size}");
        }
    }

    public bool IsOrdered => false;

    public Fd? OpenReader() => _start == 0 ? _fd.Reopen(OpenFlags.ReadOnly) : null;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            _fd.WriteAllAt(bytes, _start + offset);
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Hole(long offset, long length)
    {
        try
        {
            if (_fd.TryPunch(_start + offset, length))
            {
                return;
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
            if (_isStandardOutput)
            {
                _fd.SetPosition(_start + size);
            }

            if (!_isDevice && (!_isStandardOutput || FileStatus.Of(_fd).Size < _start + size))
            {
                _fd.Truncate(_start + size);
            }

            _fd.Sync();
            _fd.Close();
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Abort()
    {
        // Overwritten data cannot be restored: that is what in place means.
    }

    public void Dispose() => _fd.Dispose();
}

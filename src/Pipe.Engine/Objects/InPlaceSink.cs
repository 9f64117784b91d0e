using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A block device, or a file to be written in place.</summary>
internal sealed class InPlaceSink : ISink
{
    private readonly Fd _fd;
    private readonly bool _isDevice;

    /// <param name="fd">Owned by this object from here on.</param>
    /// <param name="status">The status of the file.</param>
    /// <param name="size">Bytes to expect; -1 if unknown.</param>
    public InPlaceSink(Fd fd, FileStatus status, long size)
    {
        _fd = fd;
        _isDevice = status.IsBlockDevice;
        if (_isDevice && fd.DeviceSize() is var room && room < size)
        {
            fd.Dispose();
            throw new Failure(ExitCode.NoSpace, $"{fd.Name}: the device has {room} bytes, the source {size}");
        }
    }

    public bool IsOrdered => false;

    public Fd? OpenReader() => _fd.Reopen(OpenFlags.ReadOnly);

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            _fd.WriteAllAt(bytes, offset);
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
            if (_fd.TryPunch(offset, length))
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
            if (!_isDevice)
            {
                _fd.Truncate(size);
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

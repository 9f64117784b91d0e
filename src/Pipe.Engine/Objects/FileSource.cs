using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A regular file or block device, or the rest of one that is open as standard input.</summary>
internal sealed class FileSource : IRangeSource
{
    private readonly Fd _fd;
    private readonly FileStatus _before;
    private readonly long _start;
    private readonly bool _isStandardInput;

    /// <param name="fd">Owned by this object from here on.</param>
    /// <param name="status">The current status of the file.</param>
    /// <param name="start">Offset of the first byte.</param>
    /// <param name="isStandardInput">Whether other processes share the offset and expect it at the end.</param>
    public FileSource(Fd fd, FileStatus status, long start = 0, bool isStandardInput = false)
    {
        _fd = fd;
        _before = status;
        _start = start;
        _isStandardInput = isStandardInput;
        Size = Math.Max(0, (status.IsBlockDevice ? fd.DeviceSize() : status.Size) - start);
        fd.AdviseSequential();
    }

    public long Size { get; }

    public long Occupied => _before.IsRegular && _start == 0 ? Math.Min(Size, _before.Blocks * FileStatus.BlockSize) : -1;

    public int Mode => _before.IsRegular && !_isStandardInput ? (int)_before.Permissions : Terms.NoMode;

    public void Read(Span<byte> buffer, long offset)
    {
        int count;
        try
        {
            count = _fd.ReadAt(buffer, _start + offset);
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }

        if (count < buffer.Length)
        {
            throw Changed("became shorter while it was read");
        }
    }

    public long NextData(long from)
    {
        try
        {
            return _before.IsSparse ? _fd.NextData(_start + from, _start + Size) - _start : from;
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public long NextHole(long from)
    {
        try
        {
            return _before.IsSparse ? _fd.NextHole(_start + from, _start + Size) - _start : Size;
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Finish()
    {
        try
        {
            CheckUnchanged();
            if (_isStandardInput)
            {
                _fd.SetPosition(_start + Size);
            }
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Abort()
    {
        // A read of a file returns by itself.
    }

    public void Dispose() => _fd.Dispose();

    private void CheckUnchanged()
    {
        if (_before.IsRegular && FileStatus.Of(_fd).HasChangedSince(_before))
        {
            throw Changed("changed while it was read");
        }
    }

    private Failure Changed(string how) =>
        new(ExitCode.Objects, $"{_fd.Name}: the file {how}", $"{OptionWord.RemoteCommand} 'cat FILE' or {OptionWord.LocalCommand} 'cat FILE' copies a file that is being written as a stream");
}

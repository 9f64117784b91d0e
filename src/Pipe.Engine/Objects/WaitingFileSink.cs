using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A new file on a disk that may be full for a while, written front to back. Like <see cref="FileSink"/>, it replaces the file that had its name once
/// it is complete.
/// </summary>
internal sealed class WaitingFileSink : ISink
{
    private const int RetainedCapacity = 64 << 20;
    private readonly RetainedBytes _retained = new(RetainedCapacity);
    private readonly Lock _writing = new();
    private readonly SpaceRetry _retry;
    private readonly DurableFile _file;
    private readonly string _target;
    private readonly Permissions _permissions = new();
    private readonly uint _mode;
    private readonly Task _syncing;
    private Exception? _failure;

    /// <param name="path">The destination; a symbolic link is followed.</param>
    /// <param name="terms">Size and permission bits of the source.</param>
    /// <param name="retry">Handles a full disk; owned by this object from here on.</param>
    public WaitingFileSink(string path, Terms terms, SpaceRetry retry)
    {
        _retry = retry;
        var old = FileStatus.Of(path);
        _target = old is null ? path : Paths.Resolve(path) ?? path;
        _mode = FileSink.ModeOf(terms.Mode);
        var temporary = $".{FileSink.Shorten(Paths.NameOf(_target))}.pipe-{Convert.ToHexStringLower(Entropy.Bytes(6))}";
        var directory = _target.Contains('/', StringComparison.Ordinal) ? Paths.DirectoryOf(_target) : "";
        _file = new DurableFile(directory, temporary, _retained, retry, isInspected: false, Permissions.Ours, path)
        {
            Expected = terms.Size >= 0 ? terms.Size : long.MaxValue,
        };
        _syncing = Task.Factory.StartNew(Sync, TaskCreationOptions.LongRunning);
    }

    public bool IsOrdered => true;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            lock (_writing)
            {
                _file.Write(bytes);
            }
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
        catch (Failure) when (_failure is not null)
        {
            throw Cause();
        }
    }

    public void Hole(long offset, long length) => this.WriteZeros(offset, length);

    public void Commit(long size)
    {
        _file.Seal();
        _syncing.Wait();
        if (_failure is not null)
        {
            throw Cause();
        }

        try
        {
            _file.Change(Settle);
            _file.Finish();
            _file.Name(_target, replaces: true);
            _file.KeepName();
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Abort()
    {
        _retry.GiveUp();
        _file.Abandon();
    }

    public void Dispose()
    {
        Abort();
        _syncing.Wait();
        lock (_writing)
        {
            _file.Dispose();
            _retained.Dispose();
        }

        _retry.Dispose();
    }

    private void Settle(Fd fd)
    {
        using var folder = Folder.Open(Paths.DirectoryOf(_target));
        _permissions.Settle(fd, folder, Paths.NameOf(_target), _mode);
    }

    private void Sync()
    {
        try
        {
            _file.KeepDurable();
        }
        catch (Exception e)
        {
            _failure = e;
            _file.Abandon();
        }
    }

    private Failure Cause() => Failure.Of(_failure!);
}

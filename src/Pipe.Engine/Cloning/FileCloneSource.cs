using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A local file or device as the source of a clone, read by several threads.</summary>
internal sealed class FileCloneSource : ICloneSource
{
    private const int Threads = 4;
    private const int Block = 1 << 20;
    private readonly FileSource _file;
    private readonly DemandQueue _queue = new();
    private long _bytesRead;
    private bool _isClosed;
    private IFetchTarget? _target;

    /// <exception cref="Failure">The file cannot be opened.</exception>
    public FileCloneSource(string path)
    {
        Name = path;
        Fd? fd = null;
        try
        {
            fd = Fd.Open(path, OpenFlags.ReadOnly);
            var status = FileStatus.Of(fd);
            if (!status.IsRegular && !status.IsBlockDevice)
            {
                throw new Failure(ExitCode.Usage, $"{path}: neither a file nor a block device");
            }

            _file = new FileSource(fd, status);
        }
        catch (IOException e)
        {
            fd?.Dispose();
            throw Failure.Of(e);
        }

        for (var i = 0; i < Threads; i++)
        {
            DataThread.Start("source", Run);
        }
    }

    public string Name { get; }

    public long Size => _file.Size;

    public long LostSince => 0;

    public long BytesRead => Interlocked.Read(ref _bytesRead);

    public IFetchTarget Target
    {
        set
        {
            lock (_queue)
            {
                _target = value;
            }
        }
    }

    public SourceDigest Sample(int timeoutMilliseconds) => SourceSample.Take(this, timeoutMilliseconds);

    public void Request(long offset, long length, FetchPriority priority)
    {
        lock (_queue)
        {
            _queue.Add(offset, length, priority);
            Monitor.PulseAll(_queue);
        }
    }

    public void Raise(long offset, long length)
    {
        lock (_queue)
        {
            _queue.Raise(offset, length);
        }
    }

    public void Finish() => _file.Finish();

    public void Dispose()
    {
        lock (_queue)
        {
            _isClosed = true;
            Monitor.PulseAll(_queue);
        }
    }

    private void Run()
    {
        using var slab = new Slab(Block);
        while (TryTake(out var offset, out var length))
        {
            try
            {
                Deliver(slab, offset, length);
            }
            catch (Failure e)
            {
                _target!.FetchFailed(offset, length, e.Message);
            }
        }
    }

    private bool TryTake(out long offset, out long length)
    {
        lock (_queue)
        {
            while (!_isClosed)
            {
                if (_queue.TryTake(Block, out offset, out length, out _))
                {
                    return true;
                }

                Monitor.Wait(_queue);
            }
        }

        (offset, length) = (0, 0);
        return false;
    }

    private void Deliver(Slab slab, long offset, long length)
    {
        if (_file.NextData(offset) >= offset + length)
        {
            _target!.ArrivedZeros(offset, length);
            return;
        }

        var bytes = slab.Payload[..(int)length];
        _file.Read(bytes, offset);
        Interlocked.Add(ref _bytesRead, length);
        _target!.Arrived(offset, bytes);
    }
}

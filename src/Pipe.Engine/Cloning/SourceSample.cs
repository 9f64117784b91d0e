using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Samples a source before the clone becomes its target.</summary>
internal sealed class SourceSample : IFetchTarget
{
    private readonly SampleBlocks _blocks;
    private readonly object _lock = new();
    private string _cause = "";

    private SourceSample(long size) => _blocks = new SampleBlocks(size);

    /// <summary>Fills a buffer with the data at an offset.</summary>
    public delegate void Reader(Span<byte> bytes, long offset);

    /// <summary>Requests the sample blocks and returns their digest.</summary>
    /// <exception cref="Failure">The source cannot deliver the blocks, or not in time.</exception>
    public static SourceDigest Take(ICloneSource source, int timeoutMilliseconds)
    {
        var sample = new SourceSample(source.Size);
        source.Target = sample;
        foreach (var (start, end) in sample._blocks.Ranges)
        {
            source.Request(start, end - start, FetchPriority.Miss);
        }

        return sample.Await(source.Name, timeoutMilliseconds);
    }

    /// <summary>Reads the sample blocks synchronously and returns their digest.</summary>
    public static SourceDigest Take(long size, Reader read)
    {
        var blocks = new SampleBlocks(size);
        foreach (var (start, end) in blocks.Ranges)
        {
            var bytes = new byte[end - start];
            read(bytes, start);
            blocks.Take(start, bytes, bytes.Length);
        }

        return blocks.Digest;
    }

    public void Arrived(long offset, ReadOnlySpan<byte> bytes) => Take(offset, bytes, bytes.Length);

    public void ArrivedZeros(long offset, long length) => Take(offset, [], length);

    public void FetchFailed(long offset, long length, string cause)
    {
        lock (_lock)
        {
            _cause = cause;
            Monitor.PulseAll(_lock);
        }
    }

    public void SourceLost(string cause)
    {
        // The source may reconnect before the timeout.
    }

    public void SourceBack()
    {
        // The source repeats the requests by itself.
    }

    public void SourceChanged(string cause) => FetchFailed(0, 0, cause);

    private void Take(long offset, ReadOnlySpan<byte> bytes, long length)
    {
        lock (_lock)
        {
            _blocks.Take(offset, bytes, length);
            Monitor.PulseAll(_lock);
        }
    }

    private SourceDigest Await(string name, int timeoutMilliseconds)
    {
        var deadline = Deadline.After(timeoutMilliseconds);
        lock (_lock)
        {
            while (!_blocks.IsComplete && _cause.Length == 0)
            {
                if (!deadline.TryWait(_lock))
                {
                    throw new Failure(ExitCode.Unreachable, $"{name}: no answer within {timeoutMilliseconds / 1000} seconds");
                }
            }

            return _cause.Length > 0 ? throw new Failure(ExitCode.Objects, _cause) : _blocks.Digest;
        }
    }
}

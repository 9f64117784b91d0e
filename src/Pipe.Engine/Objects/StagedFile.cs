using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A file written front to back, each byte of which stays in memory until it is durable and inspected. One thread writes, one syncs and finishes, one
/// may inspect the bytes in between.
/// </summary>
/// <param name="retained">Memory for this file alone, until it is finished.</param>
/// <param name="retry">Handles a full disk.</param>
/// <param name="isInspected">Whether a thread inspects the bytes; they are kept until it has.</param>
internal abstract class StagedFile(RetainedBytes retained, SpaceRetry retry, bool isInspected) : IDisposable
{
    private readonly object _gate = new();
    private long _written;
    private long _inspected;
    private long _durable;
    private bool _isSealed;
    private bool _isAbandoned;

    public long Written => Interlocked.Read(ref _written);

    public RetainedBytes Retained => retained;

    protected SpaceRetry SpaceRetry => retry;

    protected long AllDurable => Interlocked.Read(ref _durable);

    /// <summary>The file's name in messages.</summary>
    protected abstract string ShownAs { get; }

    /// <summary>Number of bytes that are worth a sync.</summary>
    private int WorthSyncing => retained.Capacity / 2;

    private bool IsComplete => _isSealed && (!isInspected || _inspected == _written);

    /// <summary>Makes the whole file durable and closes it.</summary>
    public abstract void Finish();

    /// <summary>Gives the file its name, which is durable after <see cref="KeepName"/>.</summary>
    /// <param name="path">The name.</param>
    /// <param name="replaces">Whether to replace a file that has the name; otherwise the name must be free.</param>
    public abstract void Name(string path, bool replaces);

    public abstract void KeepName();

    public abstract void Dispose();

    /// <summary>Writes, waiting as long as necessary. Returns the number of bytes written: all of them, unless another disk has space.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var piece = retained.At(_written, Math.Min(AwaitRoom(), bytes.Length - done));
            bytes.Slice(done, piece.Length).CopyTo(piece);
            if (!TryStore(piece))
            {
                return done;
            }

            done += piece.Length;
        }

        return bytes.Length;
    }

    /// <summary>Ends the data: nothing more will be written.</summary>
    public void Seal()
    {
        lock (_gate)
        {
            _isSealed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for bytes that have not been inspected; empty if no more will come.</summary>
    public ReadOnlySpan<byte> AwaitUninspected(int most)
    {
        lock (_gate)
        {
            while (!_isAbandoned && !_isSealed && _written == _inspected)
            {
                Monitor.Wait(_gate);
            }

            return _isAbandoned ? default : retained.At(_inspected, Math.Min(most, _written - _inspected));
        }
    }

    public void Inspected(int count)
    {
        lock (_gate)
        {
            _inspected += count;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Makes written bytes durable repeatedly, until the file is sealed and inspected; false if it was abandoned.</summary>
    public bool KeepDurable()
    {
        while (true)
        {
            long written;
            lock (_gate)
            {
                while (!_isAbandoned && !IsComplete && (_isSealed || _written - _durable < WorthSyncing))
                {
                    Monitor.Wait(_gate);
                }

                if (_isAbandoned || IsComplete)
                {
                    return !_isAbandoned;
                }

                written = _written;
            }

            MakeDurable(written);
        }
    }

    /// <summary>Ends all waits; an unnamed file is removed. Any thread, any time.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _isAbandoned = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Appends a piece and reports it with <see cref="Stored"/>; false if only another disk has space.</summary>
    protected abstract bool TryStore(ReadOnlySpan<byte> piece);

    /// <summary>Makes the stored bytes up to there durable, and reports that with <see cref="Durable"/>.</summary>
    protected abstract void MakeDurable(long end);

    protected void Stored(long end)
    {
        lock (_gate)
        {
            _written = end;
            Monitor.PulseAll(_gate);
        }
    }

    protected void Durable(long end)
    {
        lock (_gate)
        {
            _durable = Math.Max(_durable, end);
            Monitor.PulseAll(_gate);
        }
    }

    private long AwaitRoom()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_isAbandoned)
                {
                    throw new Failure(ExitCode.Interrupted, $"{ShownAs}: given up before it was complete");
                }

                var kept = _written - (isInspected ? Math.Min(_durable, _inspected) : _durable);
                if (kept < retained.Capacity)
                {
                    return retained.Capacity - kept;
                }

                Monitor.Wait(_gate);
            }
        }
    }
}

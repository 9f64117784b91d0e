using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A file that takes bytes front to back, each of which stays in memory until it is durable and inspected. One thread writes, one makes
/// durable and finishes, one may look at the bytes on their way.
/// </summary>
/// <param name="retained">Memory for it alone, until it is finished.</param>
/// <param name="patience">What to do when the disk is full.</param>
/// <param name="isInspected">Whether a thread looks at the bytes: they are kept until it has.</param>
internal abstract class StagedFile(RetainedBytes retained, Patience patience, bool isInspected) : IDisposable
{
    private readonly object _gate = new();
    private long _written;
    private long _inspected;
    private long _durable;
    private bool _isSealed;
    private bool _isAbandoned;

    public long Written => Interlocked.Read(ref _written);

    public RetainedBytes Retained => retained;

    protected Patience Patience => patience;

    protected long AllDurable => Interlocked.Read(ref _durable);

    /// <summary>What messages call it.</summary>
    protected abstract string ShownAs { get; }

    /// <summary>Bytes that would be worth a sync.</summary>
    private int WorthSyncing => retained.Capacity / 2;

    private bool IsComplete => _isSealed && (!isInspected || _inspected == _written);

    /// <summary>All of it is durable and closed without a fault.</summary>
    public abstract void Finish();

    /// <summary>Gives it its name, which is durable after <see cref="KeepName"/>.</summary>
    /// <param name="path">What it is called from here on.</param>
    /// <param name="replaces">Whether what has that name goes; otherwise nothing may have it.</param>
    public abstract void Name(string path, bool replaces);

    public abstract void KeepName();

    public abstract void Dispose();

    /// <summary>Writes, and waits as long as it has to. Returns how much of it: all, unless there is room elsewhere.</summary>
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

    /// <summary>Nothing more will be written.</summary>
    public void Seal()
    {
        lock (_gate)
        {
            _isSealed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for bytes that no thread has looked at; empty if there will be no more.</summary>
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

    /// <summary>Makes durable what is written, time and again, until it is sealed and inspected; false if it was abandoned.</summary>
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

    /// <summary>Ends all waiting for it; what is not named goes. Any thread, any time.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _isAbandoned = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Puts the piece behind what is there and counts it as <see cref="Stored"/>; false if there is room elsewhere only.</summary>
    protected abstract bool TryStore(ReadOnlySpan<byte> piece);

    /// <summary>Makes durable what is stored up to there, and says so with <see cref="Durable"/>.</summary>
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

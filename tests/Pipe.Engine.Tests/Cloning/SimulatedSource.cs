
namespace Pipe.Engine.Tests;

/// <summary>A source in memory that answers when it is told to, at once by default, and counts what it gives out.</summary>
internal sealed class SimulatedSource(byte[] bytes) : ICloneSource
{
    private readonly object _lock = new();
    private readonly DemandQueue _queue = new();
    private readonly Dictionary<long, int> _given = [];
    private IFetchTarget? _target;

    public string Name => "simulated";

    public long Size => bytes.Length;

    public long LostSince { get; set; }

    public long BytesRead { get; private set; }

    /// <summary>Answers wait for <see cref="Answer"/>.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Says no instead of answering; null: answers.</summary>
    public string? Fault { get; set; }

    /// <summary>Bytes of one answer.</summary>
    public int Piece { get; set; } = 1 << 20;

    /// <summary>The lengths that were asked for, in order.</summary>
    public List<long> Asked { get; } = [];

    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _queue.Count;
            }
        }
    }

    public IFetchTarget Target
    {
        get => _target!;
        set => _target = value;
    }

    public SourceDigest Sample(int timeoutMilliseconds) => SourceSample.Take(this, timeoutMilliseconds);

    public void Request(long offset, long length, FetchPriority priority)
    {
        lock (_lock)
        {
            _queue.Add(offset, length, priority);
            Asked.Add(length);
        }

        if (!IsHeld)
        {
            Answer();
        }
    }

    public void Raise(long offset, long length)
    {
        lock (_lock)
        {
            _queue.Raise(offset, length);
        }
    }

    /// <summary>Delivers requested pieces, at most this many.</summary>
    public void Answer(int pieces = int.MaxValue)
    {
        for (; pieces > 0 && TryTake(out var offset, out var length); pieces--)
        {
            if (Fault is { } fault)
            {
                _target!.FetchFailed(offset, length, fault);
            }
            else
            {
                _target!.Arrived(offset, bytes.AsSpan((int)offset, (int)length));
            }
        }
    }

    /// <summary>How often the byte at an offset was given out.</summary>
    public int TimesGiven(long offset) => _given.GetValueOrDefault(offset / SimulatedDisk.Sector);

    public void Finish()
    {
    }

    public void Dispose()
    {
    }

    private bool TryTake(out long offset, out long length)
    {
        lock (_lock)
        {
            if (!_queue.TryTake(Piece, out offset, out length, out _))
            {
                return false;
            }

            if (Fault is null)
            {
                BytesRead += length;
                for (var at = offset; at < offset + length; at += SimulatedDisk.Sector)
                {
                    _given[at / SimulatedDisk.Sector] = TimesGiven(at) + 1;
                }
            }

            return true;
        }
    }
}

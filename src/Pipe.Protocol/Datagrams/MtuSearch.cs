namespace Pipe.Protocol.Datagrams;

/// <summary>
/// Finds the largest datagram that the path carries (RFC 8899). Probes are additional datagrams without data. When datagrams above the minimum
/// stop arriving, the size falls to the minimum and the search starts again.
/// </summary>
internal sealed class MtuSearch(int size, int max)
{
    private const int Tries = 3;
    private const long RaiseInterval = 600_000_000_000;

    private static readonly int[] Sizes = [DatagramLimits.MinDatagram, 1252, 1372, 1400, 1452, 1472, 4072, 8952, DatagramLimits.MaxDatagram];

    private readonly LossRun _full = new();

    /// <summary>
    /// Datagrams between the minimum and the full size: the ends of blocks, and fragments that were cut before the size rose. They may be the only ones
    /// on their way when the path changes. They are counted apart, for the path may carry them and not the full size.
    /// </summary>
    private readonly LossRun _partial = new();

    private int _probe;
    private int _tries;
    private int _max = Math.Max(size, max);
    private int _ceiling = Math.Max(size, max);
    private long _at;
    private bool _isWaiting;

    /// <summary>The current datagram size.</summary>
    public int Size { get; private set; } = size;

    /// <summary>How often the path stopped carrying the size.</summary>
    public int Falls { get; private set; }

    public long NextProbe => _isWaiting || Candidate() == 0 ? long.MaxValue : _at;

    /// <summary>Sets size and limit for a route that has become known. Called before the first datagram with data.</summary>
    public void Begin(int size, int max) => (Size, _max, _ceiling, _tries) = (size, Math.Max(size, max), Math.Max(size, max), 0);

    /// <summary>Returns the size of a probe to send now, or 0.</summary>
    public int Take(long now)
    {
        if (now < NextProbe)
        {
            return 0;
        }

        (_probe, _isWaiting) = (Candidate(), true);
        return _probe;
    }

    public void OnProbeArrived(int bytes)
    {
        _isWaiting = false;
        if (bytes > Size)
        {
            (Size, _tries) = (bytes, 0);
        }
    }

    public void OnProbeLost(int bytes, long now)
    {
        _isWaiting = false;
        if (bytes == _probe && ++_tries >= Tries)
        {
            (_ceiling, _tries, _at) = (_probe - 1, 0, now);
        }

        if (Candidate() == 0)
        {
            (_ceiling, _at) = (_max, now + RaiseInterval);
        }
    }

    public void OnArrived(int bytes, long now)
    {
        if (IsFull(bytes))
        {
            _full.End(now);
        }

        if (bytes > DatagramLimits.MinDatagram && bytes >= _partial.Least)
        {
            _partial.End(now);
        }
    }

    /// <summary>A datagram was lost, or a probe timeout passed with it in flight. True if the size fell.</summary>
    public bool OnLost(int bytes, long now, long probeTimeout)
    {
        if (Size <= DatagramLimits.MinDatagram || bytes <= DatagramLimits.MinDatagram || !(IsFull(bytes) ? _full : _partial).Add(bytes, now, probeTimeout))
        {
            return false;
        }

        _full.End(now);
        _partial.End(now);
        _ceiling = Size - 1;
        (Size, _tries, _isWaiting, _at) = (DatagramLimits.MinDatagram, 0, false, now + probeTimeout);
        Falls++;
        return true;
    }

    /// <summary>Allows for fragments, which are cut at a multiple of the unit.</summary>
    private bool IsFull(int bytes) => bytes + DatagramLimits.FragmentUnit > Size;

    private int Candidate()
    {
        foreach (var size in Sizes)
        {
            if (size > Size && size <= _ceiling)
            {
                return size;
            }
        }

        return _ceiling > Size ? _ceiling : 0;
    }
}

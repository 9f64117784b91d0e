using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Decides when a spare server is pinged, and whether it has answered lately enough to be used. Times are milliseconds of one clock.</summary>
/// <param name="started">When the remote shell was started: until its first answer that stands for one.</param>
internal sealed class SparePulse(long started)
{
    private const long Interval = Limits.SparePingSeconds * 1000L;
    private const long Patience = Limits.SparePatienceSeconds * 1000L;
    private readonly Dictionary<ulong, long> _open = [];
    private long _alive = started;
    private long _due = started;
    private ulong _last;

    /// <summary>Whether an answer has come.</summary>
    public bool IsReady { get; private set; }

    /// <summary>When <see cref="TryPing"/> has something to send.</summary>
    public long Due => _due;

    /// <summary>Whether it may be used: what was sent within the last seconds has been answered.</summary>
    public bool IsFit(long now) => now - _alive <= Patience;

    /// <summary>The number of the Ping to send now, if one is due.</summary>
    public bool TryPing(long now, out ulong number)
    {
        number = 0;
        if (now < _due)
        {
            return false;
        }

        number = ++_last;
        _open[number] = now;
        _due = now + Interval;
        return true;
    }

    /// <summary>An answer proves that the server was alive when its Ping was sent, not that it still is. Answers to nothing prove nothing.</summary>
    public void Answered(ulong number)
    {
        if (_open.Remove(number, out var sent))
        {
            IsReady = true;
            _alive = Math.Max(_alive, sent);
        }
    }
}

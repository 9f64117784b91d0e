using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Decides when a spare server is pinged, and whether it has answered recently enough to be used. Times are milliseconds of one clock.</summary>
/// <param name="started">When the remote shell was started; counts as an answer until the first one.</param>
internal sealed class SparePulse(long started)
{
    private const long Interval = Limits.SparePingSeconds * 1000L;
    private const long Patience = Limits.SparePatienceSeconds * 1000L;
    private readonly Dictionary<ulong, long> _open = [];
    private long _alive = started;
    private long _due = started;
    private ulong _last;

    /// <summary>Whether an answer has arrived.</summary>
    public bool IsReady { get; private set; }

    /// <summary>When <see cref="TryPing"/> is due.</summary>
    public long Due => _due;

    /// <summary>Whether the server may be used: it has answered a recent ping.</summary>
    public bool IsFit(long now) => now - _alive <= Patience;

    /// <summary>Returns the number of the Ping to send now, if one is due.</summary>
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

    /// <summary>
    /// Takes an answer, which proves that the server was alive when its Ping was sent, not that it still is. An answer without a Ping proves nothing.
    /// </summary>
    public void Answered(ulong number)
    {
        if (_open.Remove(number, out var sent))
        {
            IsReady = true;
            _alive = Math.Max(_alive, sent);
        }
    }
}

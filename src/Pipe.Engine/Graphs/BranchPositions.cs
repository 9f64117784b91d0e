using System.Diagnostics;

namespace Pipe.Engine;

/// <summary>The positions of the copies that send the same blocks. Guarded by its <see cref="SharedBlocks"/>.</summary>
internal sealed class BranchPositions(int branches, SlowPolicy slow)
{
    /// <summary>Bounds of the time for which blocks are kept for copies that are still logging in: as long again as the first login took.</summary>
    private static readonly (TimeSpan Least, TimeSpan Most) Grace = (TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5));

    /// <summary>The time that the others wait for a copy before it is compared with them.</summary>
    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(2);

    private readonly Branch[] _branches = new Branch[branches];
    private readonly long _made = RunClock.Timestamp;
    private long _began;
    private long _heldUpSince;

    /// <summary>The next block of the leading copy; null if no copy is left.</summary>
    public ulong? Lead
    {
        get
        {
            ulong? lead = null;
            foreach (var branch in _branches)
            {
                lead = branch.HasLeft ? lead : Math.Max(lead ?? 0, branch.Next);
            }

            return lead;
        }
    }

    public int Count => _branches.Length;

    public bool HasLeft(int branch) => _branches[branch].HasLeft;

    /// <summary>The next block of a copy.</summary>
    public ulong NextOf(int branch) => _branches[branch].Next;

    public void Advance(int branch) => _branches[branch].Next++;

    /// <summary>Records that a block of a copy has arrived.</summary>
    public void Acknowledge(int branch) => _branches[branch].Arrived++;

    /// <summary>Records that a copy is ready to send.</summary>
    public void Begin(int branch)
    {
        _branches[branch].HasBegun = true;
        _began = _began == 0 ? RunClock.Timestamp : _began;
    }

    /// <summary>Records that a copy has ended; false if it had ended before.</summary>
    public bool Leave(int branch)
    {
        var isNew = !_branches[branch].HasLeft;
        _branches[branch].HasLeft = true;
        return isNew;
    }

    /// <summary>
    /// Selects the block to evict: among those that the leading copy has taken and no lane is sending, the one whose next use is furthest away.
    /// Null if none may be evicted.
    /// </summary>
    public SharedBlock? Farthest(List<SharedBlock> held)
    {
        var lead = Lead;
        SharedBlock? last = null;
        var farthest = 0UL;
        foreach (var block in held)
        {
            if (block.Number < lead && block.Pins == 0 && block.IsReady && Distance(block.Number) is { } distance && (last is null || distance > farthest))
            {
                (last, farthest) = (block, distance);
            }
        }

        return last;
    }

    /// <summary>
    /// Number of blocks until the next copy takes this one; <see cref="ulong.MaxValue"/> if every copy has taken it, null if a copy that is still
    /// logging in may need it soon.
    /// </summary>
    private ulong? Distance(ulong number)
    {
        var least = ulong.MaxValue;
        var isLate = IsLate();
        foreach (var branch in _branches)
        {
            if (!branch.HasLeft && branch.Next <= number)
            {
                if (!branch.HasBegun && !isLate)
                {
                    return null;
                }

                least = Math.Min(least, number - branch.Next);
            }
        }

        return least;
    }

    /// <summary>Whether a copy that has not begun yet is left behind: its host may be dead, and the others must not wait for it.</summary>
    private bool IsLate()
    {
        var first = Stopwatch.GetElapsedTime(_made, _began);
        return RunClock.Since(_began) > (first < Grace.Least ? Grace.Least : first > Grace.Most ? Grace.Most : first);
    }

    /// <summary>Records that no copy holds up the leading one.</summary>
    public void GoOn() => _heldUpSince = 0;

    /// <summary>Called while the others wait for the slowest copy: returns that copy and the reason if it must be dropped.</summary>
    public (int Branch, string Cause)? FindDropped()
    {
        _heldUpSince = _heldUpSince == 0 ? RunClock.Timestamp : _heldUpSince;
        var live = Enumerable.Range(0, _branches.Length).Where(one => !_branches[one].HasLeft).OrderBy(one => _branches[one].Arrived).ToList();
        if (slow.Action != SlowAction.Drop || live.Count < 2)
        {
            return null;
        }

        var (held, last) = (RunClock.Since(_heldUpSince), _branches[live[0]]);
        var isTooSlow = slow.Percent > 0
            ? held > Trial && last.Arrived * 100 < _branches[live[live.Count / 2]].Arrived * (ulong)slow.Percent
            : held > TimeSpan.FromSeconds(slow.Seconds);
        if (!isTooSlow)
        {
            return null;
        }

        GoOn();
        return (live[0], slow.Percent > 0 ? $"too slow: less than {slow.Percent} % of the bytes that half of the destinations have" : $"too slow: the others have waited {slow.Seconds} s for it");
    }

    private struct Branch
    {
        public ulong Next;
        public ulong Arrived;
        public bool HasBegun;
        public bool HasLeft;
    }
}

namespace Pipe.Engine;

/// <summary>Finds the nodes of a chain that are much slower than those that feed them.</summary>
internal sealed class ChainPace(ChainPolicy policy)
{
    private TimeSpan _began = TimeSpan.MinValue;
    private long _readBefore;
    private long _best;

    /// <summary>Measures at the end of each interval; false in between.</summary>
    /// <param name="members">The nodes.</param>
    /// <param name="read">Bytes that the head has read.</param>
    /// <param name="now">The time.</param>
    /// <param name="slow">The nodes that have become slow.</param>
    public bool TryMeasure(ChainMember[] members, long read, TimeSpan now, out List<int> slow)
    {
        slow = [];
        if (policy.SlowPercent == 0 || (_began != TimeSpan.MinValue && now - _began < policy.SlowAfter))
        {
            return false;
        }

        var isFirst = _began == TimeSpan.MinValue;
        _best = Math.Max(_best, read - _readBefore);
        for (var node = 0; node < members.Length && !isFirst; node++)
        {
            if (IsSlow(members, node, read))
            {
                slow.Add(node);
            }
        }

        (_began, _readBefore) = (now, read);
        foreach (var member in members)
        {
            member.StoredBefore = member.IsFed ? member.Stored : -1;
        }

        return !isFirst;
    }

    /// <summary>A node is slow if it has stored little of what its parent has received in the interval, and is not waiting for more.</summary>
    private bool IsSlow(ChainMember[] members, int node, long read)
    {
        var member = members[node];
        if (!member.IsFed || member.IsFull || member.IsSlow || member.StoredBefore < 0)
        {
            return false;
        }

        var parent = member.Parent == ChainNodeStatus.Head ? null : members[member.Parent];
        var (has, gained) = parent is null ? (read, read - _readBefore)
            : parent.IsFull ? (parent.Stored, _best)
            : (parent.Stored, parent.StoredBefore < 0 ? 0 : parent.Stored - parent.StoredBefore);
        var stored = member.Stored - member.StoredBefore;
        return has - member.Stored > stored && stored * 100 < gained * policy.SlowPercent;
    }
}

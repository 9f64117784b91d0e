namespace Pipe.Engine;

/// <summary>
/// Decides which node feeds which. Takes events with their times and gives commands; has no clock and does no I/O. The nodes that are fed form a tree
/// whose root is the head, in the order of the chain. The children of a node that has ended go to its parent, which has all that they have: so no block
/// is ever out of reach as long as the head has it. Not thread-safe.
/// </summary>
internal sealed class ChainControl
{
    private const int Head = ChainNodeStatus.Head;
    private const int MostTries = 4;

    /// <summary>After that many failed tries the head feeds the node.</summary>
    private const int TriesBeforeHead = MostTries - 2;

    /// <summary>So late that nothing is ever overdue, with room to compute with it.</summary>
    private static readonly TimeSpan Never = TimeSpan.MaxValue / 4;

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    private readonly ChainPolicy _policy;
    private readonly ChainMember[] _members;
    private readonly List<int> _fedByHead = [];
    private readonly Dictionary<uint, int> _links = [];
    private readonly Queue<ChainCommand> _commands = new();
    private readonly ChainPace _pace;
    private uint _lastLink;
    private long _read;
    private int _open;
    private int _starting;
    private bool _isFormed;
    private bool _isFinished;
    private TimeSpan _moved;

    public ChainControl(int nodes, ChainPolicy policy)
    {
        _policy = policy;
        _members = [.. Enumerable.Range(0, nodes).Select(_ => new ChainMember())];
        _pace = new ChainPace(policy);
        (_open, _starting) = (nodes, nodes);
    }

    /// <summary>Takes the next command; false if there is none.</summary>
    public bool TryTake(out ChainCommand command) => _commands.TryDequeue(out command!);

    public ChainMember this[int node] => _members[node];

    /// <summary>The program of a node runs and listens for the node that is to feed it.</summary>
    public void Joined(int node, TimeSpan now)
    {
        var member = _members[node];
        if (member.Place != ChainPlace.Starting)
        {
            return;
        }

        _starting--;
        member.Place = ChainPlace.Waiting;
        (member.Tries, member.RetryAt) = (0, null);
        if (_isFormed)
        {
            Attach(node, FindParent(), now);
        }
        else
        {
            FormIfReady(now);
        }
    }

    /// <summary>A node has stored that many bytes by now.</summary>
    public void Stored(int node, long bytes, TimeSpan now)
    {
        var member = _members[node];
        if (member.IsFed && bytes > member.Stored)
        {
            (member.Stored, member.Progressed, member.Tries, member.HasMoved) = (bytes, now, 0, true);
            _moved = now;
        }
    }

    /// <summary>The head has read that many bytes of the source.</summary>
    public void Read(long bytes, TimeSpan now)
    {
        _moved = bytes > _read ? now : _moved;
        _read = Math.Max(_read, bytes);
    }

    /// <summary>A node has every byte, and makes them durable.</summary>
    public void Full(int node, TimeSpan now)
    {
        _members[node].IsFull = true;
        _moved = now;
    }

    /// <summary>The copy of a node is complete, verified and durable. The node still feeds others.</summary>
    public void Done(int node, TimeSpan now)
    {
        var member = _members[node];
        _moved = now;
        if (member.IsOpen)
        {
            (member.IsDone, member.IsFull) = (true, true);
            _open--;
        }

        FinishIfOver();
    }

    /// <summary>The program of a node has ended or failed, or could not be started.</summary>
    /// <param name="node">The node.</param>
    /// <param name="isStartedAgain">Whether it is being started again.</param>
    /// <param name="now">The time.</param>
    public void Ended(int node, bool isStartedAgain, TimeSpan now)
    {
        var member = _members[node];
        if (member.Place == ChainPlace.Gone)
        {
            return;
        }

        var wasStarting = member.Place == ChainPlace.Starting;
        var parent = member.Parent;
        Detach(member, node, hasEnded: true);
        MoveChildren(member, parent, now);
        var isOver = !isStartedAgain || member.IsDone;
        _open -= isOver && member.IsOpen ? 1 : 0;
        _starting += (isOver ? 0 : 1) - (wasStarting ? 1 : 0);
        member.Place = isOver ? ChainPlace.Gone : ChainPlace.Starting;
        (member.Stored, member.StoredBefore, member.IsFull) = (member.IsDone ? member.Stored : 0, -1, member.IsDone);
        FormIfReady(now);
        FinishIfOver();
    }

    /// <summary>A link could not be made, or is broken.</summary>
    /// <param name="link">The link.</param>
    /// <param name="isRefused">Whether a new link between the same two nodes would fail too, so that only the head can feed the node.</param>
    /// <param name="now">The time.</param>
    public void LinkEnded(uint link, bool isRefused, TimeSpan now)
    {
        if (_links.TryGetValue(link, out var child) && _members[child] is { IsDone: false, RetryAt: null } member)
        {
            // A node that has died is known to have died a moment later.
            member.RetryAt = now + (RetryPause * (1 << member.Tries));
            if (isRefused)
            {
                member.Tries = member.Parent == Head ? MostTries : TriesBeforeHead;
            }
        }
    }

    /// <summary>Called several times a second.</summary>
    public void Tick(TimeSpan now)
    {
        FormIfReady(now);
        if (_isFinished || !_isFormed)
        {
            return;
        }

        for (var node = 0; node < _members.Length; node++)
        {
            Inspect(node, _members[node], now);
        }

        if (_pace.TryMeasure(_members, _read, now, out var slow))
        {
            slow.ForEach(node => Pass(node, now));
        }

        if (_policy.IdleLimit > TimeSpan.Zero && now - _moved > _policy.IdleLimit)
        {
            DropAll($"nothing has moved for {_policy.IdleLimit.TotalSeconds:0} seconds");
        }
    }

    private void Inspect(int node, ChainMember member, TimeSpan now)
    {
        if (!member.IsFed || member.IsFull)
        {
            return;
        }

        if (member.RetryAt <= now)
        {
            Retry(node, now, "cannot be reached by those that would feed it");
        }
        else if (member.RetryAt is null && now - member.Progressed > _policy.StallLimit * (1 << member.Tries) && StoredBy(member.Parent) > member.Stored)
        {
            MoveChildren(member, member.Parent, now);
            Retry(node, now, "has stored nothing for too long");
        }
    }

    /// <summary>Lets another ancestor feed a node; the further away the more often that has failed. Drops the node at last.</summary>
    private void Retry(int node, TimeSpan now, string reason)
    {
        var member = _members[node];
        if (++member.Tries >= MostTries)
        {
            member.RetryAt = null;
            member.Progressed = Never;
            _commands.Enqueue(new ChainCommand.Drop(node, reason));
            return;
        }

        var parent = member.Parent;
        for (var up = 1; up < member.Tries && parent != Head; up++)
        {
            parent = up == TriesBeforeHead ? Head : _members[parent].Parent;
        }

        Detach(member, node, hasEnded: false);
        Attach(node, parent, now);
    }

    /// <summary>Gives the children of a slow node to its parent. The node itself stays where it is, on a side branch.</summary>
    private void Pass(int node, TimeSpan now)
    {
        var member = _members[node];
        member.IsSlow = true;
        MoveChildren(member, member.Parent, now);
        _commands.Enqueue(new ChainCommand.Slow(node));
    }

    private void FormIfReady(TimeSpan now)
    {
        if (_isFormed || (_starting > 0 && now < _policy.StartLimit) || !_members.Any(member => member.Place == ChainPlace.Waiting))
        {
            return;
        }

        _isFormed = true;
        _moved = now;
        var chain = new List<int>();
        for (var node = 0; node < _members.Length; node++)
        {
            if (_members[node].Place == ChainPlace.Waiting)
            {
                Attach(node, chain.Count < _policy.Fanout ? Head : chain[(chain.Count / _policy.Fanout) - 1], now);
                chain.Add(node);
            }
        }
    }

    /// <summary>The place of a node that joins later: after the last of the chain.</summary>
    private int FindParent()
    {
        for (var node = _members.Length - 1; node >= 0; node--)
        {
            if (_members[node] is { IsFed: true, IsSlow: false, RetryAt: null } member && member.Children.Count < _policy.Fanout)
            {
                return node;
            }
        }

        return Head;
    }

    private void Attach(int node, int parent, TimeSpan now)
    {
        var member = _members[node];
        (member.Place, member.Parent, member.Link) = (ChainPlace.Fed, parent, ++_lastLink);
        (member.Progressed, member.RetryAt, member.StoredBefore, member.HasMoved) = (now, null, -1, false);
        ChildrenOf(parent).Add(node);
        _links[member.Link] = node;
        _commands.Enqueue(new ChainCommand.Feed(parent, node, member.Link));
    }

    /// <param name="member">The node that is fed no longer over its link.</param>
    /// <param name="node">Its number.</param>
    /// <param name="hasEnded">Whether the node itself has ended.</param>
    private void Detach(ChainMember member, int node, bool hasEnded)
    {
        if (member.Parent == ChainNodeStatus.NoParent)
        {
            return;
        }

        ChildrenOf(member.Parent).Remove(node);
        _links.Remove(member.Link);
        _commands.Enqueue(new ChainCommand.Unfeed(member.Parent, node, member.Link));
        (member.Parent, member.RetryAt) = (ChainNodeStatus.NoParent, null);
        member.Tries = hasEnded ? 0 : member.Tries;
    }

    private void MoveChildren(ChainMember member, int parent, TimeSpan now)
    {
        var children = member.Children.ToArray();
        foreach (var child in children)
        {
            if (_members[child].IsDone)
            {
                // It needs nothing more; only its place in the tree changes.
                Settle(child, parent);
                continue;
            }

            Detach(_members[child], child, hasEnded: false);
            Attach(child, parent, now);
        }
    }

    private void Settle(int child, int parent)
    {
        ChildrenOf(_members[child].Parent).Remove(child);
        _members[child].Parent = parent;
        ChildrenOf(parent).Add(child);
    }

    private List<int> ChildrenOf(int parent) => parent == Head ? _fedByHead : _members[parent].Children;

    private long StoredBy(int parent) => parent == Head ? _read : _members[parent].Stored;

    private void DropAll(string reason)
    {
        for (var node = 0; node < _members.Length; node++)
        {
            if (_members[node] is { IsFed: true, IsDone: false })
            {
                _commands.Enqueue(new ChainCommand.Drop(node, reason) { IsFinal = true });
            }
        }

        _moved = Never;
    }

    private void FinishIfOver()
    {
        if (_open == 0 && !_isFinished)
        {
            _isFinished = true;
            _commands.Enqueue(new ChainCommand.Finish());
        }
    }
}

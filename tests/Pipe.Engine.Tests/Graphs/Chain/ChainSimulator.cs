namespace Pipe.Engine.Tests;

/// <summary>The faults of a simulated chain, in numbers of nodes. Each comes to a random node at a random time.</summary>
internal sealed record ChainFaults
{
    /// <summary>Nodes that die; half of those that return are killed again.</summary>
    public int Killed { get; init; }

    /// <summary>Nodes of those that are started again.</summary>
    public int Returning { get; init; }

    /// <summary>Nodes that stop without a word.</summary>
    public int Stopped { get; init; }

    /// <summary>Nodes that store at a fiftieth of the rate of the others.</summary>
    public int Slow { get; init; }

    /// <summary>Nodes that answer only after the first block was sent.</summary>
    public int Late { get; init; }

    /// <summary>Nodes that never answer.</summary>
    public int Absent { get; init; }

    /// <summary>Links that break once.</summary>
    public int Broken { get; init; }

    /// <summary>Nodes that their first parent cannot reach any more, although others can.</summary>
    public int Cut { get; init; }

    /// <summary>How many adjacent nodes die at once.</summary>
    public int Row { get; init; }
}

/// <summary>Runs <see cref="ChainControl"/> with simulated nodes, links and time.</summary>
internal sealed class ChainSimulator
{
    public const long Size = 1000;
    private const double Rate = 1000;
    private const double Step = 0.02;
    private const double Silence = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromHours(2);

    private readonly ChainControl _control;
    private readonly Node[] _nodes;
    private readonly PriorityQueue<Action, double> _events = new();
    private readonly Dictionary<uint, (int Parent, int Child)> _links = [];
    private readonly HashSet<(int Parent, int Child)> _cuts = [];
    private readonly double[] _before;
    private double _now;
    private double _read;

    public ChainSimulator(int nodes, int seed, ChainFaults faults, ChainPolicy? policy = null)
    {
        _control = new ChainControl(nodes, policy ?? new ChainPolicy { StartLimit = TimeSpan.FromSeconds(5) });
        _nodes = [.. Enumerable.Range(0, nodes).Select(_ => new Node())];
        _before = new double[nodes];
        Plan(new Random(seed), faults);
    }

    public bool IsFinished { get; private set; }

    public TimeSpan Elapsed => TimeSpan.FromSeconds(_now);

    /// <summary>Commands of all kinds, but those that end a link.</summary>
    public int Commands { get; private set; }

    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Nodes fed by the head at the end.</summary>
    public int FedByHead => Enumerable.Range(0, _nodes.Length).Count(node => _control[node].Parent == ChainNodeStatus.Head);

    public void Run()
    {
        for (var tick = 0; !IsFinished && Elapsed < Limit; tick++)
        {
            _now += Step;
            while (_events.TryPeek(out _, out var at) && at <= _now)
            {
                _events.Dequeue()();
                Obey();
            }

            Move();
            if (tick % 12 == 0)
            {
                _control.Tick(Elapsed);
                Obey();
            }
        }
    }

    private void Plan(Random random, ChainFaults faults)
    {
        var free = Enumerable.Range(0, _nodes.Length).ToList();
        for (var i = free.Count - 1; i > 0; i--)
        {
            var j = random.Next(i + 1);
            (free[i], free[j]) = (free[j], free[i]);
        }

        var last = 0.3 + (_nodes.Length * Step) + (Size / Rate);
        double AnyTime() => 0.1 + (random.NextDouble() * last);
        var next = 0;
        var row = faults.Row > 0 ? random.Next(_nodes.Length - faults.Row + 1) : 0;
        var rowTime = AnyTime();
        for (var node = row; node < row + faults.Row; node++)
        {
            Kill(node, rowTime, returns: false);
        }

        void Each(int count, Action<int> fault)
        {
            for (; count > 0 && next < free.Count; next++)
            {
                if (free[next] < row || free[next] >= row + faults.Row)
                {
                    fault(free[next]);
                    count--;
                }
            }
        }

        Each(faults.Killed - faults.Returning, node => Kill(node, AnyTime(), returns: false));
        Each(faults.Returning, node => Kill(node, AnyTime(), returns: true, again: random.Next(2) == 0));
        Each(faults.Stopped, node => Stop(node, AnyTime()));
        Each(faults.Slow, node => At(AnyTime(), () => _nodes[node].Slowness = 50));
        Each(faults.Late, node => _nodes[node].JoinsAt = 6 + AnyTime());
        Each(faults.Absent, node => (_nodes[node].JoinsAt, _nodes[node].IsFaulty) = (double.PositiveInfinity, true));
        Each(faults.Broken, node => At(AnyTime(), () => Break(node)));
        Each(faults.Cut, node => At(AnyTime(), () => _cuts.Add((_control[node].Parent, node))));
        for (var node = 0; node < _nodes.Length; node++)
        {
            var one = node;
            if (double.IsFinite(_nodes[one].JoinsAt))
            {
                At(_nodes[one].JoinsAt, () => Join(one));
            }
            else
            {
                At(10, () => End(one, "no answer", isStartedAgain: false));
            }
        }
    }

    private void At(double time, Action what) => _events.Enqueue(what, time);

    private void Join(int node)
    {
        if (!_nodes[node].IsGone)
        {
            _nodes[node].IsAlive = true;
            _control.Joined(node, Elapsed);
        }
    }

    private void Kill(int node, double time, bool returns, bool again = false)
    {
        _nodes[node].IsFaulty |= !returns;
        At(time, () =>
        {
            if (_nodes[node].IsGone || !_nodes[node].IsAlive)
            {
                return;
            }

            End(node, "killed", returns);
            if (returns)
            {
                _nodes[node].Stored = 0;
                At(_now + 3, () => Join(node));
            }
        });
        if (again)
        {
            Kill(node, time + 4, returns: true);
        }
    }

    private void Stop(int node, double time)
    {
        _nodes[node].IsFaulty = true;
        At(time, () => _nodes[node].IsStopped = true);
        At(time + Silence, () => End(node, "silent", isStartedAgain: false));
    }

    private void End(int node, string cause, bool isStartedAgain)
    {
        if (_nodes[node].IsGone)
        {
            return;
        }

        (_nodes[node].IsAlive, _nodes[node].IsGone) = (false, !isStartedAgain);
        _nodes[node].Cause ??= isStartedAgain ? null : cause;
        _control.Ended(node, isStartedAgain, Elapsed);
    }

    private void Break(int node)
    {
        if (_control[node] is { IsFed: true } member && _nodes[node].Link == member.Link)
        {
            _nodes[node].Link = 0;
            _control.LinkEnded(member.Link, isRefused: false, Elapsed);
        }
    }

    private void Obey()
    {
        while (_control.TryTake(out var command))
        {
            Commands += command is ChainCommand.Unfeed ? 0 : 1;
            switch (command)
            {
                case ChainCommand.Feed(var parent, var child, var link):
                    Assert.False(IsBelow(parent, child), $"{child} feeds {parent}, which is to feed it");
                    _links[link] = (parent, child);
                    At(_now + 0.05, () => Connect(parent, child, link));
                    break;
                case ChainCommand.Unfeed(_, var child, var link):
                    _nodes[child].Link = _nodes[child].Link == link ? 0 : _nodes[child].Link;
                    _links.Remove(link);
                    break;
                case ChainCommand.Drop(var node, var reason):
                    End(node, reason, isStartedAgain: false);
                    break;
                case ChainCommand.Finish:
                    IsFinished = true;
                    break;
                default:
                    break;
            }
        }
    }

    private bool IsBelow(int node, int ancestor)
    {
        while (node >= 0 && node != ancestor)
        {
            node = _control[node].Parent;
        }

        return node == ancestor;
    }

    private void Connect(int parent, int child, uint link)
    {
        if (!_links.ContainsKey(link) || (parent >= 0 && (!_nodes[parent].IsAlive || _nodes[parent].IsStopped)))
        {
            return;
        }

        if (_nodes[child] is { IsAlive: true, IsStopped: false } && !_cuts.Contains((parent, child)))
        {
            _nodes[child].Link = link;
        }
        else
        {
            _control.LinkEnded(link, isRefused: false, Elapsed);
        }
    }

    private void Move()
    {
        var first = _read;
        for (var node = 0; node < _nodes.Length; node++)
        {
            _before[node] = _nodes[node].Stored;
        }

        var lead = 0.0;
        for (var node = 0; node < _nodes.Length; node++)
        {
            var one = _nodes[node];
            if (!one.IsAlive || one.IsStopped || one.Link == 0 || one.Stored >= Size)
            {
                continue;
            }

            var parent = _links[one.Link].Parent;
            if (parent >= 0 && (!_nodes[parent].IsAlive || _nodes[parent].IsStopped || _cuts.Contains((parent, node))))
            {
                continue;
            }

            var has = parent < 0 ? first : _before[parent];
            one.Stored = Math.Min(Math.Min(has, one.Stored + (Rate * Step / one.Slowness)), Size);
            lead = parent < 0 ? Math.Max(lead, one.Stored) : lead;
            if (one.Stored > _before[node])
            {
                _control.Stored(node, (long)one.Stored, Elapsed);
            }

            if (one.Stored >= Size)
            {
                Complete(node);
            }
        }

        _read = Math.Max(_read, Math.Min(Size, lead + (Rate * Step)));
        _control.Read((long)_read, Elapsed);
    }

    private void Complete(int node)
    {
        _control.Full(node, Elapsed);
        At(_now + 0.1, () =>
        {
            if (_nodes[node] is { IsAlive: true, IsStopped: false, Stored: >= Size })
            {
                _nodes[node].IsDone = true;
                _control.Done(node, Elapsed);
            }
        });
    }

    internal sealed class Node
    {
        public double Stored { get; set; }

        public double Slowness { get; set; } = 1;

        public double JoinsAt { get; set; } = 0.1;

        public uint Link { get; set; }

        public bool IsAlive { get; set; }

        public bool IsStopped { get; set; }

        public bool IsGone { get; set; }

        public bool IsDone { get; set; }

        /// <summary>Whether it may end without its copy.</summary>
        public bool IsFaulty { get; set; }

        public string? Cause { get; set; }
    }
}

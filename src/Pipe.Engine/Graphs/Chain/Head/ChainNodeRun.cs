using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>One node, as the head sees it: its session, its progress, and its result. Used only by the head's loop.</summary>
/// <param name="position">Its position.</param>
/// <param name="edge">Its edge.</param>
/// <param name="total">Size of the source; -1 if unknown.</param>
internal sealed class ChainNodeRun(int position, Edge edge, long total)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private readonly List<int> _parents = [];
    private ChainNodeState _state;
    private ChainFault? _fault;
    private (TimeSpan Time, long Bytes) _measured;
    private long _kept;
    private double _rate;
    private int _rejoined = -1;
    private bool _wasSlow;

    public int Position => position;

    public Edge Edge => edge;

    public string Name => edge.Plan.Remote.Name;

    /// <summary>The running session; null once it has ended.</summary>
    public ChainSession? Session { get; private set; }

    public bool IsRunning => Session is not null;

    public long Bytes { get; private set; }

    public long Total { get; set; } = total;

    /// <summary>Why the last link to it failed; empty if none did.</summary>
    public string LinkFault { get; private set; } = "";

    /// <summary>Whether the last link failed in a way in which a new one would fail too.</summary>
    public bool IsRefused { get; private set; }

    public ChainNodeResult Result { get; private set; } = new(edge, position);

    public ChainNodeStatus Status => new(position, Name, _state, Session is null || _parents.Count == 0 ? ChainNodeStatus.NoParent : _parents[^1], Bytes, _rate)
    {
        Total = Total,
        Rejoined = Math.Max(0, _rejoined),
        Fault = _fault,
    };

    /// <summary>Begins the first session, or another one after that has ended.</summary>
    public void Begin(ChainSession session)
    {
        (Session, _state) = (session, ChainNodeState.Starting);
        _rejoined++;
    }

    public void Enter(ChainNodeState state) => _state = state;

    public void LoseLink(string reason, bool isRefused) => (LinkFault, IsRefused) = (reason, isRefused);

    /// <summary>The failure of a node that is dropped.</summary>
    public Failure Dropped(ChainCommand.Drop drop) => new(
        drop.IsFinal ? ExitCode.TimedOut : ExitCode.Unreachable,
        $"{Name}: {drop.Reason}{(LinkFault.Length > 0 ? $": {LinkFault}" : "")}",
        IsRefused ? $"{OptionWord.Channel} tcp needs no datagrams; {OptionWord.Ports} LOW-HIGH names ports that are open" : "")
    {
        IsFinal = IsRefused,
    };

    public void FeedFrom(int parent)
    {
        _parents.Add(parent);
        _state = _state is ChainNodeState.Ready ? ChainNodeState.Moving : _state;
    }

    public void BecomeSlow()
    {
        (_wasSlow, _state) = (true, ChainNodeState.Slow);
    }

    /// <summary>Takes its progress; true if that is worth showing.</summary>
    public bool Store(long bytes, long kept, TimeSpan now)
    {
        (Bytes, _kept) = (bytes, kept);
        edge.Tally.Reach(new Ping(bytes, 0, 0));
        if (now - _measured.Time < Interval)
        {
            return false;
        }

        _rate = Math.Max(0, bytes - _measured.Bytes) / (now - _measured.Time).TotalSeconds;
        _measured = (now, bytes);
        return true;
    }

    /// <summary>The node has every byte, and the link that fed it had this bottleneck.</summary>
    public void Fill(Bottleneck limit)
    {
        Enter(ChainNodeState.Finishing);
        Result = Result with { Limit = limit };
    }

    /// <summary>Takes its report: its copy is complete.</summary>
    public void Complete(Report report, ulong digest, TimeSpan elapsed, IReadOnlyCollection<string> warnings, ChainVerify verified)
    {
        Bytes = report.Size;
        _state = ChainNodeState.Done;
        edge.Tally.Reach(new Ping(Bytes, 0, 0));
        Result = Result with { Bytes = report.Size, Digest = digest, Elapsed = elapsed, Warnings = [.. warnings], Verified = verified };
        _fault = null;
    }

    /// <summary>Whether a node that has failed like that may be started again.</summary>
    public bool MayRejoin(ChainFault fault, int retries) =>
        _state != ChainNodeState.Done && fault.WasReached && fault.Failure is { Code: ExitCode.Unreachable, IsFinal: false } && _rejoined < retries;

    /// <summary>Takes the end of its session.</summary>
    public void End(ChainFault? fault, TimeSpan elapsed)
    {
        Session = null;
        _rate = 0;
        if (_state != ChainNodeState.Done)
        {
            _fault = fault ?? new ChainFault(new Failure(ExitCode.Bug, $"{Name}: has ended without a verdict"), Bytes, 0);
            _state = ChainNodeState.Failed;
            Result = Result with { Bytes = Bytes, Elapsed = elapsed };
        }

        Result = Result with { Kept = _kept, Fault = _state == ChainNodeState.Done ? null : _fault, Rejoined = Math.Max(0, _rejoined), WasSlow = _wasSlow, Parents = [.. _parents] };
    }
}

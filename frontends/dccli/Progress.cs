using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dccli;

/// <summary>The progress and result of the copy to one destination. Observes the copy; thread-safe.</summary>
/// <param name="destination">The destination.</param>
/// <param name="report">Reports the events of all copies.</param>
internal sealed class Progress(Destination destination, Report report) : IObserver, IBoardRow
{
    private static readonly TimeSpan StallTime = TimeSpan.FromSeconds(5);

    private readonly Speed _speed = new();
    private volatile Edge? _edge;
    private long _earlier;

    public Destination Destination => destination;

    public string Name => destination.Name;

    public Phase Phase { get; private set; }

    /// <summary>The reason for the current wait; empty for none.</summary>
    public string Wait { get; private set; } = "";

    /// <summary>The result; null until the copy has ended.</summary>
    public EdgeResult? Result { get; private set; }

    /// <summary>Time from the start of the run to the end of the copy.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Number of retries.</summary>
    public int Retries { get; private set; }

    public Tally Tally => _edge!.Tally;

    /// <summary>Acknowledged bytes. A retry counts from the start what the target has, so until it has come so far the bytes of the earlier try count.</summary>
    public long Bytes => Math.Max(_earlier, IsTree ? Tally.Tree.Bytes : Tally.Bytes);

    public long Rate => _speed.Rate;

    public long Total => Tally.Total;

    public BoardRank Rank => Result is { } result ? result.Outcome is null ? BoardRank.Failed : BoardRank.Done : Phase >= Phase.Moving ? BoardRank.Moving : BoardRank.Waiting;

    public string State => Result is { } result
        ? result.Outcome is null ? "failed" : "done"
        : Phase == Phase.Moving && _speed.Still > StallTime ? "stalled" : Phase.ToString().ToLowerInvariant();

    public string Detail => Wait;

    public bool MayPrompt => this is { Phase: Phase.Starting, Result: null } && destination.Plan.Remote.MayPrompt;

    public Action<string> Errors => text => report.Error(this, text);

    public bool IsTree => destination.Plan.There.Kind == ResourceKind.Tree;

    /// <summary>Number of retransmitted blocks.</summary>
    public long Resent => Tally.Damaged;

    /// <summary>Begins the first try of the copy.</summary>
    public Edge Begin(bool isTotalWanted) => _edge = new Edge(destination.Plan, new Tally { IsTotalWanted = isTotalWanted }, this);

    /// <summary>Begins a retry of an interrupted copy, which does not send existing data again; null if it cannot be retried.</summary>
    public Edge? Again(Failure cut)
    {
        if (!IsTree)
        {
            return null;
        }

        _earlier = Bytes;
        Retries++;
        Phase = Phase.Starting;
        report.Retry(this, cut);
        var plan = destination.Plan;
        return _edge = _edge! with
        {
            Plan = plan with { Here = plan.Here with { Flags = plan.Here.Flags | TreeFlags.Resume }, There = plan.There with { Flags = plan.There.Flags | TreeFlags.Resume } },
            Tally = new Tally { IsTotalWanted = _edge.Tally.IsTotalWanted },
        };
    }

    /// <summary>Records the result.</summary>
    public void End(EdgeResult result) => (Elapsed, Result) = (report.Elapsed, result);

    public void Sample(TimeSpan now) => _speed.Sample(now, Bytes);

    public void Entered(Phase phase)
    {
        Phase = phase;
        report.Entered(this, phase);
    }

    public void Note(int level, string text) => report.Note(this, level, text);

    public void Warning(string text) => report.Warning(this, text);

    public void ItemError(string text) => report.ItemError(this, text);

    public void Differs(Difference difference, string path, Aspects aspects) => report.Differs(this, difference, path, aspects);

    public void Channel(string way, string reason, int lanes) => report.Channel(this, way, reason, lanes);

    public void Waiting(string host, string reason)
    {
        Wait = reason;
        report.Waiting(this, reason);
    }
}

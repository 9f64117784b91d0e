using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dccli;

/// <summary>How far the copy to one destination is, and how it ended. Watches the copy; safe from any thread.</summary>
/// <param name="destination">Where it goes.</param>
/// <param name="report">All that is to be said of the copies.</param>
internal sealed class Progress(Destination destination, Report report) : IObserver
{
    private readonly Speed _speed = new();
    private volatile Edge? _edge;

    public Destination Destination => destination;

    public string Name => destination.Name;

    public Phase Phase { get; private set; }

    /// <summary>What it waits for; empty if nothing.</summary>
    public string Wait { get; private set; } = "";

    /// <summary>Null until it has ended.</summary>
    public EdgeResult? Result { get; private set; }

    /// <summary>From the first try to the end, of a copy that failed.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>How often it was tried again.</summary>
    public int Retries { get; private set; }

    public Tally Tally => _edge!.Tally;

    /// <summary>Of what has been acknowledged.</summary>
    public long Bytes => IsTree ? Tally.Tree.Bytes : Tally.Bytes;

    public long Rate => _speed.Rate;

    /// <summary>How long no byte has moved.</summary>
    public TimeSpan Still => _speed.Still;

    public bool IsTree => destination.Plan.There.Kind == ResourceKind.Tree;

    /// <summary>Blocks that were sent again.</summary>
    public long Resent => Tally.Damaged;

    /// <summary>The copy, as it is tried first.</summary>
    public Edge Begin(bool isTotalWanted) => _edge = new Edge(destination.Plan, new Tally { IsTotalWanted = isTotalWanted }, this);

    /// <summary>The copy as it goes on after it was cut: what is there by now is not sent again.</summary>
    public Edge? Again(Failure cut)
    {
        if (!IsTree)
        {
            return null;
        }

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

    /// <summary>It has its verdict.</summary>
    public void End(EdgeResult result) => (Elapsed, Result) = (report.Elapsed, result);

    /// <summary>Once a second, by one thread.</summary>
    public void Sample(TimeSpan now) => _speed.Sample(now, Bytes);

    public void Entered(Phase phase)
    {
        Phase = phase;
        report.Entered(this, phase);
    }

    public void Note(int level, string text) => report.Note(this, level, text);

    public void Warning(string text) => report.Warning(this, text);

    public void Trouble(string text) => report.Trouble(this, text);

    public void Differs(Difference difference, string path, Aspects aspects) => report.Differs(this, difference, path, aspects);

    public void Channel(string way, string reason, int lanes) => report.Channel(this, way, reason, lanes);

    public void Waiting(string host, string reason)
    {
        Wait = reason;
        report.Waiting(this, reason);
    }
}

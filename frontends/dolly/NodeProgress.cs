using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>The progress of one node, as a row of the table. Observes its connection; thread-safe.</summary>
/// <param name="position">Index of the node in the chain, from 0.</param>
/// <param name="plan">The plan of its copy.</param>
/// <param name="name">The name in messages.</param>
/// <param name="report">Reports the events of all nodes.</param>
internal sealed class NodeProgress(int position, Plan plan, string name, Report report) : IObserver, IBoardRow
{
    private readonly Speed _speed = new();
    private volatile ChainNodeStatus _status = new(position, name, ChainNodeState.Starting, ChainNodeStatus.NoParent, 0, 0);

    public int Position => position;

    public Plan Plan => plan;

    public string Name => name;

    public ChainNodeStatus Status => _status;

    /// <summary>The name of the node that feeds this one; empty for none.</summary>
    public string Parent { get; private set; } = "";

    public BoardRank Rank => _status.State switch
    {
        ChainNodeState.Starting or ChainNodeState.Ready => BoardRank.Waiting,
        ChainNodeState.Failed => BoardRank.Failed,
        ChainNodeState.Done => BoardRank.Done,
        _ => BoardRank.Moving,
    };

    public string State => _status.State.ToString().ToLowerInvariant();

    public long Bytes => _status.Bytes;

    public long Total => _status.Total;

    public long Rate => _speed.Rate;

    public string Detail => _status.Fault is { } fault ? fault.Failure.Message : Wait.Length > 0 ? Wait : Parent.Length > 0 ? $"from {Parent}" : "";

    public bool MayPrompt => _status.State == ChainNodeState.Starting && plan.Remote.MayPrompt;

    public Action<string> Errors => text => report.Error(this, text);

    /// <summary>The reason for the current wait; empty for none.</summary>
    private string Wait { get; set; } = "";

    /// <summary>Takes a new status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="parent">The name of the node that feeds it; empty for none.</param>
    public void Take(ChainNodeStatus status, string parent)
    {
        var before = _status;
        (_status, Parent) = (status, parent);
        if (before.State != status.State)
        {
            report.Entered(this, status);
        }

        if (before.Parent != status.Parent && parent.Length > 0)
        {
            report.Fed(this, parent);
        }
    }

    public void Sample(TimeSpan now) => _speed.Sample(now, Bytes);

    public void Entered(Phase phase)
    {
        // The state of the node says more.
    }

    public void Note(int level, string text) => report.Note(this, level, text);

    public void Warning(string text) => report.Warning(this, text);

    public void ItemError(string text) => report.Warning(this, text);

    public void Differs(Difference difference, string path, Aspects aspects)
    {
        // Only trees are compared.
    }

    public void Channel(string way, string reason, int lanes) => report.Channel(this, way, reason, lanes);

    public void Waiting(string host, string reason)
    {
        Wait = reason;
        report.Waiting(this, reason);
    }
}

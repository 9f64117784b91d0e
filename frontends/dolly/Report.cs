using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Dolly;

/// <summary>Reports the events of the nodes.</summary>
internal sealed class Report(Messages messages, EventLog? events) : RowReport<NodeProgress>(messages, events, "node", static node => node.Plan)
{
    public void Entered(NodeProgress node, ChainNodeStatus status)
    {
        Messages.Note(2, Of(node, $"state: {node.State}"));
        Add(node, "state", line => line.Text("state", node.State).Number("bytes", status.Bytes));
        if (status.Fault is { } fault)
        {
            Messages.Warning(Of(node, FaultText.Of(fault)));
            Add(node, "fault", line => line.Text("cause", fault.Failure.Message).Number("offset", fault.Offset).Number("errno", fault.Errno));
        }
    }

    /// <summary>Another node feeds this one from now on.</summary>
    public void Fed(NodeProgress node, string parent)
    {
        Messages.Note(1, Of(node, $"data come from {parent}"));
        Add(node, "parent", line => line.Text("parent", parent).Number("bytes", node.Bytes));
    }

    /// <summary>Reports the result of a node.</summary>
    public void Ended(NodeProgress node, ChainNodeResult result, IReadOnlyList<string> names)
    {
        if (result.Fault is { } fault)
        {
            Messages.Report(new Failure(fault.Failure.Code, Of(node, FaultText.Of(fault)), fault.Failure.Hint));
        }

        Limit(node, result.Limit);
        foreach (var warning in result.Warnings)
        {
            Warning(node, warning);
        }

        Add(node, "result", line => ResultText.Add(line, result, names));
    }

    /// <summary>Reports the end of the run.</summary>
    public void Finish(Failure? verdict, int failed, int all) => Finish(line => line
        .Truth("ok", verdict is null)
        .Number("exit", verdict is null ? 0 : Messages.Status(verdict.Code))
        .Number("nodes", all)
        .Number("failed", failed)
        .Number("seconds", Elapsed)
        .Text("cause", verdict?.Message));
}

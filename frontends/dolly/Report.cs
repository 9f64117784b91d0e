using System.Diagnostics;
using System.Globalization;
using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Dolly;

/// <summary>Reports the events of the nodes: as messages, each prefixed with the node, and in the event log. Thread-safe.</summary>
/// <param name="messages">Takes the messages.</param>
/// <param name="events">Takes the events; null for none.</param>
internal sealed class Report(Messages messages, EventLog? events)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public TimeSpan Elapsed => _clock.Elapsed;

    public void Entered(NodeProgress node, ChainNodeStatus status)
    {
        messages.Note(2, Of(node, $"state: {node.State}"));
        Add(node, "state", line => line.Text("state", node.State).Number("bytes", status.Bytes));
        if (status.Fault is { } fault)
        {
            messages.Warning(Of(node, FaultText.Of(fault)));
            Add(node, "fault", line => line.Text("cause", fault.Failure.Message).Number("offset", fault.Offset).Number("errno", fault.Errno));
        }
    }

    /// <summary>Another node feeds this one from now on.</summary>
    public void Fed(NodeProgress node, string parent)
    {
        messages.Note(1, Of(node, $"data come from {parent}"));
        Add(node, "parent", line => line.Text("parent", parent).Number("bytes", node.Bytes));
    }

    public void Note(NodeProgress node, int level, string text) => messages.Note(Math.Max(1, level), Of(node, text));

    /// <summary>Reports a line that the remote shell has written to standard error.</summary>
    public void Error(NodeProgress node, string text) => messages.Note(Messages.Always, Of(node, text));

    public void Warning(NodeProgress node, string text)
    {
        messages.Warning(Of(node, text));
        Add(node, "warning", line => line.Text("text", text));
    }

    public void Channel(NodeProgress node, string way, string reason, int lanes)
    {
        messages.Note(1, Of(node, string.Create(CultureInfo.InvariantCulture, $"data go {way}, lanes: {lanes}: {reason}")));
        Add(node, "channel", line => line.Text("way", way).Text("reason", reason).Number("lanes", lanes));
    }

    public void Waiting(NodeProgress node, string reason)
    {
        messages.Waiting(Of(node, reason.Length > 0 ? reason : "over, it goes on"));
        Add(node, "wait", line => line.Text("reason", reason));
    }

    /// <summary>Called each second for each node that is not done.</summary>
    public void Moved(NodeProgress node)
    {
        if (events is { IsBehind: false })
        {
            Add(node, "progress", line => line.Number("bytes", node.Bytes).Number("total", node.Total < 0 ? null : node.Total).Number("rate", node.Rate));
        }
    }

    /// <summary>Reports the result of a node.</summary>
    public void Ended(NodeProgress node, ChainNodeResult result, IReadOnlyList<string> names)
    {
        if (result.Fault is { } fault)
        {
            messages.Report(new Failure(fault.Failure.Code, Of(node, FaultText.Of(fault)), fault.Failure.Hint));
        }

        foreach (var remark in result.Remarks)
        {
            Warning(node, remark);
        }

        Add(node, "result", line => ResultText.Add(line, result, names));
    }

    /// <summary>Reports the end of the run.</summary>
    public void Finish(Failure? verdict, int failed, int all) => events?.Finish(new JsonLine(_clock.Elapsed, "verdict")
        .Truth("ok", verdict is null)
        .Number("exit", verdict is null ? 0 : messages.Status(verdict.Code))
        .Number("nodes", all)
        .Number("failed", failed)
        .Number("seconds", _clock.Elapsed)
        .Text("cause", verdict?.Message));

    /// <summary>Prefixes a text with the node, or replaces the host that it begins with.</summary>
    private static string Of(NodeProgress node, string text)
    {
        var host = $"{node.Plan.Remote.Name}: ";
        return $"{node.Name}: {(text.StartsWith(host, StringComparison.Ordinal) ? text[host.Length..] : text)}";
    }

    private void Add(NodeProgress node, string name, Func<JsonLine, JsonLine> fill) =>
        events?.Add(fill(new JsonLine(_clock.Elapsed, name).Text("node", node.Name)));
}

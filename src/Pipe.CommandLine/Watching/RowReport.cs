using System.Diagnostics;
using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Reports the events of several copies at once: as messages, each prefixed with its copy, and in the event log. Thread-safe.</summary>
/// <typeparam name="T">A copy.</typeparam>
/// <param name="messages">Takes the messages.</param>
/// <param name="events">Takes the events; null for none.</param>
/// <param name="member">The member of each event that names the copy.</param>
/// <param name="planOf">The plan of a copy.</param>
internal abstract class RowReport<T>(Messages messages, EventLog? events, string member, Func<T, Plan> planOf)
    where T : class, IBoardRow
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public TimeSpan Elapsed => _clock.Elapsed;

    protected Messages Messages => messages;

    public void Note(T one, int level, string text) => messages.Note(Math.Max(1, level), Of(one, text));

    /// <summary>Reports a line that the remote shell has written to standard error.</summary>
    public void Error(T one, string text) => messages.Note(Messages.Always, Of(one, text));

    public void Warning(T one, string text)
    {
        messages.Warning(Of(one, text));
        Add(one, "warning", line => line.Text("text", text));
    }

    public void Channel(T one, string way, string reason, int lanes)
    {
        messages.Note(1, Of(one, string.Create(CultureInfo.InvariantCulture, $"data go {way}, lanes: {lanes}: {reason}")));
        Add(one, "channel", line => line.Text("way", way).Text("reason", reason).Number("lanes", lanes));
    }

    public void Waiting(T one, string reason)
    {
        messages.Waiting(Of(one, reason.Length > 0 ? reason : "resumed"));
        Add(one, "wait", line => line.Text("reason", reason));
    }

    /// <summary>Called each second for each copy that has not ended.</summary>
    public void Moved(T one)
    {
        if (events is { IsBehind: false })
        {
            Add(one, "progress", line => line.Number("bytes", one.Bytes).Number("total", one.Total < 0 ? null : one.Total).Number("rate", one.Rate));
        }
    }

    /// <summary>Reports what limited a copy, if that is known.</summary>
    protected void Limit(T one, Bottleneck limit)
    {
        if (limit != Bottleneck.Unknown)
        {
            messages.Note(1, Of(one, $"limited by: {BottleneckName.Of(limit)}"));
            Add(one, "limit", line => line.Text("by", BottleneckName.Of(limit)));
        }
    }

    /// <summary>Writes the last event, about the whole run.</summary>
    protected void Finish(Func<JsonLine, JsonLine> fill) => events?.Finish(fill(new JsonLine(_clock.Elapsed, "verdict")));

    protected void Add(T one, string name, Func<JsonLine, JsonLine> fill) => events?.Add(fill(new JsonLine(_clock.Elapsed, name).Text(member, one.Name)));

    /// <summary>Prefixes a text with the copy, or replaces the host that it begins with.</summary>
    protected string Of(T one, string text)
    {
        var named = $"{one.Name}: ";
        var host = $"{planOf(one).Remote.Name}: ";
        return text.StartsWith(named, StringComparison.Ordinal) ? text : named + (text.StartsWith(host, StringComparison.Ordinal) ? text[host.Length..] : text);
    }
}

using System.Diagnostics;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>Reports the events of a clone to the user, and to the file or descriptor of --events.</summary>
internal sealed class CloneReport(Messages messages, EventLog? events)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Reports that the export is ready.</summary>
    public void Serving(string address)
    {
        messages.Note(0, $"serving {address}");
        events?.Add(Line("serving").Text("address", address));
    }

    public void OnEvent(CloneEvent what, string words)
    {
        var name = CloneEvents.NameOf(what);
        var text = words.Length > 0 ? $"{name}: {words}" : name;
        if (what is CloneEvent.Hydrated or CloneEvent.SourceBack or CloneEvent.Finished)
        {
            messages.Note(0, text);
        }
        else
        {
            messages.Warning(text);
        }

        events?.Add(Line(name).Text("reason", words));
    }

    /// <summary>Reports the last event, the verdict.</summary>
    public void End(Failure? failure) => events?.Finish(Line("verdict")
        .Truth("ok", failure is null)
        .Number("exit", messages.Status(failure?.Code ?? ExitCode.Done))
        .Text("error", failure?.Message)
        .Text("hint", failure is { Hint.Length: > 0 } ? failure.Hint : null));

    private JsonLine Line(string name) => new(Stopwatch.GetElapsedTime(_started), name);
}

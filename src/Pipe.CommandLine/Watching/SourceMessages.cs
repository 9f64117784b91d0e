using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Reports once the events that concern all copies of a source: errors of reading it.</summary>
internal sealed class SourceMessages(Messages messages) : IObserver
{
    private readonly TroubleSummary _troubles = new();
    private string _firstTrouble = "";

    /// <summary>The first member that could not be read, with its cause; empty for none.</summary>
    public string FirstTrouble => Volatile.Read(ref _firstTrouble);

    public void Warning(string text) => messages.Warning(text);

    public void Trouble(string text)
    {
        Interlocked.CompareExchange(ref _firstTrouble, text, "");
        if (_troubles.Add(text))
        {
            messages.Trouble(text);
        }
    }

    /// <summary>Called at the end: counts the errors that were not shown.</summary>
    public void CountRest()
    {
        foreach (var line in _troubles.Rest())
        {
            messages.Trouble(line);
        }
    }

    public void Note(int level, string text) => messages.Note(level, text);

    public void Waiting(string host, string reason) => messages.Waiting(reason);

    public void Entered(Phase phase)
    {
        // A source has no phases.
    }

    public void Differs(Difference difference, string path, Aspects aspects)
    {
        // Only a copy with a target compares.
    }

    public void Channel(string way, string reason, int lanes)
    {
        // A source has no data connections.
    }
}

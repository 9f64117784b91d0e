using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Reports once the events that concern all copies of a source: errors of reading it.</summary>
internal sealed class SourceMessages(Messages messages) : IObserver
{
    private readonly ItemErrorSummary _itemErrors = new();
    private string _firstItemError = "";

    /// <summary>The first member that could not be read, with its cause; empty for none.</summary>
    public string FirstItemError => Volatile.Read(ref _firstItemError);

    public void Warning(string text) => messages.Warning(text);

    public void ItemError(string text)
    {
        Interlocked.CompareExchange(ref _firstItemError, text, "");
        if (_itemErrors.Add(text))
        {
            messages.ItemError(text);
        }
    }

    /// <summary>Called at the end: counts the errors that were not shown.</summary>
    public void CountRest()
    {
        foreach (var line in _itemErrors.Rest())
        {
            messages.ItemError(line);
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

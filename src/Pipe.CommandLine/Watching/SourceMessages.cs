using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Reports once the events that concern all copies of a source: errors of reading it.</summary>
internal sealed class SourceMessages(Messages messages) : IObserver
{
    public void Warning(string text) => messages.Warning(text);

    public void Trouble(string text) => messages.Trouble(text);

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

using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>Reports once the events that concern all nodes: errors of reading the source.</summary>
internal sealed class SourceObserver(Messages messages) : IObserver
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

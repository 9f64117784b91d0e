using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Connects the two sessions of a copy between remote hosts: forwards the questions of the sending host about the target to the receiving host, and
/// returns the answers.
/// </summary>
internal sealed class InventoryForwarder(Peer source, Peer target)
{
    private readonly Lock _lock = new();
    private Want? _open;

    /// <summary>Forwards a question of the source's host.</summary>
    public void Ask(Want want)
    {
        lock (_lock)
        {
            _open = want;
        }

        target.Send(want);
    }

    /// <summary>Forwards an answer of the target's host.</summary>
    public void Answer(Have have)
    {
        lock (_lock)
        {
            if (have.Entries.Length == 0 && have.Number == _open?.Number)
            {
                _open = null;
            }
        }

        source.Send(have);
    }

    /// <summary>Repeats the question that is not completely answered, after one of the sessions has resumed over a new login.</summary>
    public void GoOn()
    {
        lock (_lock)
        {
            if (_open is { } want)
            {
                target.Send(want);
            }
        }
    }
}

using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Between two sessions that meet here: what the sender of one wants to know of the target goes to the receiver of the other, and the
/// answer comes back.
/// </summary>
internal sealed class Across(Peer source, Peer target)
{
    private readonly Lock _lock = new();
    private Want? _open;

    /// <summary>The source's host asks.</summary>
    public void Ask(Want want)
    {
        lock (_lock)
        {
            _open = want;
        }

        target.Send(want);
    }

    /// <summary>The target's host answers.</summary>
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

    /// <summary>One of them goes on over a new login: what has no whole answer is asked for again.</summary>
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

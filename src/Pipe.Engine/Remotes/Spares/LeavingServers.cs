namespace Pipe.Engine;

/// <summary>
/// Servers whose invocation has ended. A client that has its result does not wait for the end of the remote shell, so each server gets a moment to end
/// by itself; until then it counts as a session of the login.
/// </summary>
internal sealed class LeavingServers : IDisposable
{
    private const long Patience = 1000;
    private readonly List<(Spare Server, long Deadline)> _all = [];

    public int Count => _all.Count;

    /// <summary>When the next server is to be ended.</summary>
    public long Deadline => _all.Count == 0 ? long.MaxValue : _all.Min(static one => one.Deadline);

    /// <param name="server">Owned by this object from here on, if not null.</param>
    /// <param name="now">The current time.</param>
    public void Add(Spare? server, long now)
    {
        if (server is not null)
        {
            _all.Add((server, now + Patience));
        }
    }

    /// <summary>Ends the servers whose time is over; true if one is gone.</summary>
    public bool HaveLeft(long now)
    {
        var gone = _all.Where(one => one.Deadline <= now || one.Server.Exit.IsCompleted).ToList();
        gone.ForEach(one =>
        {
            _all.Remove(one);
            one.Server.Dispose();
        });
        return gone.Count > 0;
    }

    public void Dispose() => _all.ForEach(static one => one.Server.Dispose());
}

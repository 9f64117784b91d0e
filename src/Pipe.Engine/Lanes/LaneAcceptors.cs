using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The listening side's acceptors, one for each transport: opened when lanes are wanted, closed when all are connected or the session ends.</summary>
/// <param name="transports">The transports that both sides have, best first.</param>
/// <param name="terms">The terms of the session.</param>
internal sealed class LaneAcceptors(IReadOnlyList<ILaneTransport> transports, LaneTerms terms) : IDisposable
{
    private readonly Dictionary<string, ILaneAcceptor> _acceptors = [];

    /// <summary>The transports that both sides have, best first.</summary>
    public IReadOnlyList<ILaneTransport> Transports => transports;

    /// <summary>Listens on one transport.</summary>
    /// <exception cref="Failure">The transport cannot listen.</exception>
    public Listening Open(ILaneTransport transport)
    {
        if (!_acceptors.TryGetValue(transport.Name, out var acceptor))
        {
            _acceptors[transport.Name] = acceptor = transport.Listen(terms);
        }

        return acceptor.Open();
    }

    /// <summary>Listens on every transport that can.</summary>
    /// <param name="inUse">The transport to open first; null if no lane is made yet.</param>
    /// <exception cref="Failure">No transport can listen.</exception>
    public IReadOnlyList<Listening> OpenAll(ILaneTransport? inUse = null)
    {
        var open = new List<Listening>();
        Failure? first = null;
        foreach (var transport in transports.OrderBy(one => inUse is not null && one != inUse))
        {
            try
            {
                open.Add(Open(transport));
            }
            catch (Failure e)
            {
                first ??= e;
            }
        }

        return open.Count > 0 ? open : throw first ?? new Failure(ExitCode.Unreachable, "no transport in common");
    }

    public void Dispose()
    {
        foreach (var acceptor in _acceptors.Values)
        {
            acceptor.Dispose();
        }

        _acceptors.Clear();
    }
}

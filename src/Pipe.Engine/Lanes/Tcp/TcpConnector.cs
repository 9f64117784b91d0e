using System.Net;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Connects lanes over TCP: tries all addresses of the peer at once, takes the first that answers and authenticates itself, and makes the other lanes
/// to that address.
/// </summary>
internal sealed class TcpConnector(LaneTerms terms) : ILaneConnector
{
    private const int Tries = 4;
    private readonly LaneKey _key = new(terms.Offer);

    public void Dial(Listening there, IReadOnlyList<int> lanes) => DataThread.Start("dial", () =>
    {
        if (FindAddress(there, lanes[0], out var reason) is { } address)
        {
            foreach (var lane in lanes.Skip(1))
            {
                DataThread.Start($"dial {lane}", () => DialOne(address, there.Port, lane));
            }
        }
        else
        {
            terms.Failed(lanes, reason);
        }
    });

    private void DialOne(IPAddress address, int port, int number)
    {
        try
        {
            Join(LaneHandshake.Open(address, port, terms.Offer.Buffer), address, port, number);
        }
        catch (IOException e)
        {
            terms.Failed([number], e.Message);
        }
    }

    /// <summary>Retries, because a listener under a flood may have closed the connection unread.</summary>
    private void Join(TcpSocket socket, IPAddress address, int port, int number)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                terms.Joined(LaneHandshake.Authenticate(socket, number, _key));
                return;
            }
            catch (IOException) when (tries < Tries)
            {
                socket = LaneHandshake.Open(address, port, terms.Offer.Buffer);
            }
        }
    }

    /// <summary>Returns the address to which the lane is made; null, with the reason, if there is none.</summary>
    private IPAddress? FindAddress(Listening there, int number, out string reason)
    {
        var attempts = terms.AddressesOf(there)
            .Select(address => (Address: address, Socket: Task.Run(() => LaneHandshake.Open(address, there.Port, terms.Offer.Buffer))))
            .ToList();
        var reasons = new List<string>();
        while (attempts.Count > 0)
        {
            var next = Task.WhenAny(attempts.Select(attempt => attempt.Socket)).GetAwaiter().GetResult();
            var (address, socket) = attempts.Find(attempt => attempt.Socket == next);
            attempts.RemoveAll(attempt => attempt.Socket == next);
            try
            {
                Join(socket.GetAwaiter().GetResult(), address, there.Port, number);
                attempts.ForEach(attempt => Discard(attempt.Socket));
                reason = "";
                return address;
            }
            catch (IOException e)
            {
                reasons.Add(e.Message);
            }
        }

        reason = reasons.Count > 0 ? string.Join(", ", reasons) : LaneTerms.NoAddress(there);
        return null;
    }

    private static void Discard(Task<TcpSocket> attempt) =>
        attempt.ContinueWith(done => done.Result.Dispose(), TaskContinuationOptions.OnlyOnRanToCompletion);
}

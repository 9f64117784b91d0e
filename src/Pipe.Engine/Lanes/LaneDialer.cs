using System.Net;
using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Makes data connections: tries all addresses of the peer at once, takes the first that answers and proves itself, and makes the
/// other lanes there.
/// </summary>
/// <param name="offer">Buffer, secret, and the address to use if one is given.</param>
/// <param name="alsoKnownAs">The peer as it is known on this side: one more name or address to try. May be empty.</param>
/// <param name="mailbox">Gets the lanes, or the news that there is no way.</param>
internal sealed class LaneDialer(Offer offer, string alsoKnownAs, Mailbox mailbox)
{
    private const int Tries = 4;
    private readonly LaneKey _key = new(offer);

    /// <summary>Makes these lanes, on a thread of its own.</summary>
    public void Dial(Listening there, IReadOnlyList<int> lanes) => DataThread.Start("dial", () =>
    {
        if (FindWay(there, lanes[0], out var reason) is { } address)
        {
            foreach (var lane in lanes.Skip(1))
            {
                DataThread.Start($"dial {lane}", () => DialOne(address, there.Port, lane));
            }
        }
        else
        {
            mailbox.Post(new SessionEvent.NoWay(lanes, reason));
        }
    });

    private void DialOne(IPAddress address, int port, int number)
    {
        try
        {
            Join(LaneConnector.Open(address, port, offer.Buffer), address, port, number);
        }
        catch (IOException e)
        {
            mailbox.Post(new SessionEvent.NoWay([number], e.Message));
        }
    }

    /// <summary>A listener under a flood may have put us out unheard: that is worth another try.</summary>
    private void Join(TcpSocket socket, IPAddress address, int port, int number)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                mailbox.Post(new SessionEvent.Joined(LaneConnector.Prove(socket, number, _key)));
                return;
            }
            catch (IOException) when (tries < Tries)
            {
                socket = LaneConnector.Open(address, port, offer.Buffer);
            }
        }
    }

    /// <summary>The address over which that lane is made now; null, and why, if there is none.</summary>
    private IPAddress? FindWay(Listening there, int number, out string reason)
    {
        var attempts = Candidates(there)
            .Distinct()
            .Select(address => (Address: address, Socket: Task.Run(() => LaneConnector.Open(address, there.Port, offer.Buffer))))
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

        reason = reasons.Count > 0 ? string.Join(", ", reasons) : "no address is known";
        return null;
    }

    private static void Discard(Task<TcpSocket> attempt) =>
        attempt.ContinueWith(done => done.Result.Dispose(), TaskContinuationOptions.OnlyOnRanToCompletion);

    /// <summary>What the peer says of itself, and what its name means here: it may not know its address on this side of a router.</summary>
    private IEnumerable<IPAddress> Candidates(Listening there)
    {
        if (offer.DataHost.Length > 0)
        {
            return Resolve(offer.DataHost);
        }

        return there.Addresses
            .Select(AddressText.Parse)
            .OfType<IPAddress>()
            .Concat(Resolve(alsoKnownAs));
    }

    /// <summary>Nothing for a name that means nothing here.</summary>
    public static IPAddress[] Resolve(string host)
    {
        try
        {
            return host.Length == 0 ? [] : Dns.GetHostAddresses(host);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // An alias of ssh's configuration, or 0.0.0.0, or no name at all.
            return [];
        }
    }
}

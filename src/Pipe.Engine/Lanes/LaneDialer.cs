using System.Net;
using System.Net.Sockets;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The connecting side: tries the addresses of the peer until one answers and proves itself, then makes the other lanes there.</summary>
/// <param name="offer">Buffer and secret.</param>
/// <param name="host">The peer as the user named it: one more address to try, if it is one.</param>
/// <param name="mailbox">Gets the lanes, or the news that there is no way.</param>
internal sealed class LaneDialer(Offer offer, string host, Mailbox mailbox)
{
    private readonly LaneKey _key = new(offer);

    /// <summary>Makes these lanes, on a thread of its own.</summary>
    public void Dial(Listening there, IReadOnlyList<int> lanes) => DataThread.Start("dial", () =>
    {
        var reasons = new List<string>();
        foreach (var address in Candidates(there))
        {
            try
            {
                Join(address, there.Port, lanes[0]);
                DialRest(address, there.Port, lanes.Skip(1));
                return;
            }
            catch (IOException e)
            {
                reasons.Add(e.Message);
            }
        }

        mailbox.Post(new SessionEvent.NoWay(lanes, reasons.Count > 0 ? string.Join("; ", reasons) : "the peer has no address"));
    });

    private void DialRest(IPAddress address, int port, IEnumerable<int> lanes)
    {
        foreach (var lane in lanes)
        {
            DataThread.Start($"dial {lane}", () =>
            {
                try
                {
                    Join(address, port, lane);
                }
                catch (IOException e)
                {
                    mailbox.Post(new SessionEvent.NoWay([lane], e.Message));
                }
            });
        }
    }

    private void Join(IPAddress address, int port, int number) =>
        mailbox.Post(new SessionEvent.Joined(LaneConnector.Connect(address, port, number, _key, offer.Buffer)));

    /// <summary>What the peer says of itself, then what its name means here: it may not know its address on this side of a router.</summary>
    private IEnumerable<IPAddress> Candidates(Listening there)
    {
        var said = there.Addresses.Select(text => IPAddress.TryParse(text, out var one) ? one : null).OfType<IPAddress>().ToArray();
        foreach (var address in said)
        {
            yield return address;
        }

        foreach (var address in Resolve().Except(said))
        {
            yield return address;
        }
    }

    private IPAddress[] Resolve()
    {
        try
        {
            return host.Length == 0 ? [] : Dns.GetHostAddresses(host);
        }
        catch (SocketException)
        {
            // An alias of ssh's configuration.
            return [];
        }
    }
}

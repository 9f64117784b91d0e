using System.Net;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>One of the two sessions of a copy between two remote hosts, after its Accept.</summary>
/// <param name="peer">The server of this session.</param>
/// <param name="mailbox">The session's mailbox.</param>
/// <param name="offer">The offer.</param>
/// <param name="terms">The accepted terms.</param>
/// <param name="known">The server's addresses as this host knows them.</param>
/// <param name="transports">The transports that the server has and the user allows for its host, best first.</param>
internal sealed class ThirdPartyLeg(Peer peer, Mailbox mailbox, Offer offer, Terms terms, KnownAddresses known, IReadOnlyList<ILaneTransport> transports)
{
    private const int MostHeld = 64;
    private readonly List<SessionEvent> _held = [];

    private TaskCompletionSource<string>? _answer;

    public Peer Peer => peer;

    public Mailbox Mailbox => mailbox;

    public Offer Offer => offer;

    public IReadOnlyList<ILaneTransport> Transports => transports;

    public bool IsSource => offer.Role == Role.Sender;

    /// <summary>Whether the user allows data connections of any kind, with blocks of the offered size.</summary>
    public bool MayBeReached => offer.ConnectMode == ConnectMode.Auto && offer.Lanes > 0 && terms.Block == offer.Terms.Block;

    /// <summary>Holds back an event that comes too early.</summary>
    public void Hold(SessionEvent what)
    {
        _held.Add(what);
        if (_held.Count > MostHeld)
        {
            ProtocolException.Throw($"more than {MostHeld} messages at a time");
        }
    }

    /// <summary>Returns the held events to the mailbox.</summary>
    public void Release() => mailbox.PutBack(_held);

    /// <summary>Has this server connect to the other one; returns the reason if it cannot, an empty string if it has.</summary>
    public Task<string> ReachAsync(ThirdPartyLeg other, Listening there)
    {
        _answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        peer.Send(new Reach(other.Offer.Session, other.Offer.Secret, there));
        return _answer.Task;
    }

    /// <summary>Lets this server use only these of its transports; does nothing if it has no others.</summary>
    public void Allow(IReadOnlyList<ILaneTransport> allowed)
    {
        if (allowed.Count < transports.Count)
        {
            peer.Send(new Transports([.. allowed.Select(one => one.Name)]));
        }
    }

    /// <summary>Lets it use all of them again.</summary>
    public void AllowAll() => peer.Send(new Transports([.. transports.Select(one => one.Name)]));

    public void Answer(string reason)
    {
        if (_answer?.TrySetResult(reason) != true)
        {
            ProtocolException.Throw("an unrequested Reached");
        }
    }

    /// <summary>
    /// Replaces the addresses that the server announces by those that this host knows. A loopback address of its name is of use only if the server
    /// announces it too. May wait for name resolution.
    /// </summary>
    public Listening Known(Listening said)
    {
        IPAddress[] announced = [.. said.Addresses.Select(AddressText.Parse).OfType<IPAddress>()];
        var addresses = known.Admit(announced).Where(address => announced.Contains(address) || !IPAddress.IsLoopback(address));
        return said with { Addresses = [.. addresses.Select(AddressText.Of).Take(Limits.MaxAddresses)] };
    }

    public void Fail(Exception cause) => mailbox.Post(new SessionEvent.Failed(cause));
}

using System.Net;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>One of the two sessions of a copy between two remote hosts, from its Accept on.</summary>
/// <param name="peer">The server there.</param>
/// <param name="mailbox">Of the session.</param>
/// <param name="offer">What was offered.</param>
/// <param name="terms">What was accepted.</param>
/// <param name="host">As the user named it.</param>
internal sealed class Half(Peer peer, Mailbox mailbox, Offer offer, Terms terms, string host)
{
    private const int MostHeld = 64;
    private readonly List<SessionEvent> _held = [];

    /// <summary>Asking takes its time where there is nobody to answer.</summary>
    private readonly Lazy<string[]> _addresses = new(() =>
        [.. HostAddresses.Of(host).Where(address => !IPAddress.IsLoopback(address)).Select(AddressText.Of)]);

    private TaskCompletionSource<string>? _answer;

    public Peer Peer => peer;

    public Mailbox Mailbox => mailbox;

    public Offer Offer => offer;

    public bool IsSource => offer.Role == Role.Sender;

    /// <summary>There may be data connections, of any kind, with blocks of the usual size.</summary>
    public bool MayBeReached => offer.ConnectMode == ConnectMode.Auto && offer.Lanes > 0 && terms.Block == offer.Terms.Block;

    /// <summary>Keeps what it is too early for.</summary>
    public void Hold(SessionEvent what)
    {
        _held.Add(what);
        if (_held.Count > MostHeld)
        {
            ProtocolException.Throw($"more than {MostHeld} messages at a time");
        }
    }

    /// <summary>It is not too early any more.</summary>
    public void Release() => mailbox.PutBack(_held);

    /// <summary>Has the server there connect to the other one; says why it cannot, nothing if it has.</summary>
    public Task<string> ReachAsync(Half other, Listening there)
    {
        _answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        peer.Send(new Reach(other.Offer.Session, other.Offer.Secret, there));
        return _answer.Task;
    }

    public void Answer(string reason)
    {
        if (_answer?.TrySetResult(reason) != true)
        {
            ProtocolException.Throw("Reached, and nobody has asked");
        }
    }

    /// <summary>Where the server says that it listens, and what the name of its host means here.</summary>
    public Listening Known(Listening said) =>
        said with { Addresses = [.. said.Addresses.Concat(_addresses.Value).Distinct().Take(Limits.MaxAddresses)] };

    public void Fail(Exception cause) => mailbox.Post(new SessionEvent.Failed(cause));
}

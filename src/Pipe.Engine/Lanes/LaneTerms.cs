using System.Net;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What a transport must know of a session to make its data lanes.</summary>
/// <param name="Offer">What both sides agreed on: name and secret of the session, protection, block, lanes, ports, buffer, rate, timeout.</param>
internal sealed record LaneTerms(Offer Offer)
{
    private readonly Lazy<IPAddress?> _here = new(() => null);

    /// <summary>The peer as it is known on this side: one more name or address to try. May be empty.</summary>
    public string AlsoKnownAs { get; init; } = "";

    /// <summary>Finds the address in use on this side, if it is known; asked once, when a lane is to be accepted.</summary>
    public Func<IPAddress?> FindHere
    {
        init => _here = new(value);
    }

    /// <summary>Whether this side sends the blocks.</summary>
    public bool IsSender { get; init; }

    /// <summary>What the user wants of the datagram channel.</summary>
    public DatagramPolicy Datagrams { get; init; } = DatagramPolicy.Usual;

    /// <summary>Gets each lane that has proven itself. Any thread.</summary>
    public required Action<ILane> Joined { get; init; }

    /// <summary>Is told which lanes could not be made, and why. Any thread.</summary>
    public required Action<IReadOnlyList<int>, string> Failed { get; init; }

    /// <summary>
    /// Is told, where datagrams are the only transport, that those of the peer arrive here and the answers do not arrive there. Any thread.
    /// </summary>
    public Action<string>? Unanswered { get; init; }

    /// <summary>
    /// The address to listen on, and the only one: that of the network by which the peer was reached. Null if it is unknown, or the user
    /// has named another address for data.
    /// </summary>
    public IPAddress? ListenOn => Offer.DataHost.Length == 0 ? _here.Value : null;

    /// <summary>Where the peer may reach this side, best first.</summary>
    public IReadOnlyList<string> OwnAddresses =>
        [.. (_here.Value is { } here ? [here] : HostAddresses.OfThisHost().Take(Limits.MaxAddresses)).Select(AddressText.Of)];

    /// <summary>Where the peer may be: what it says of itself, and what its name means here, for it may not know its address on this side of a router.</summary>
    public IEnumerable<IPAddress> AddressesOf(Listening there) => (Offer.DataHost.Length > 0
        ? HostAddresses.Of(Offer.DataHost)
        : there.Addresses.Select(AddressText.Parse).OfType<IPAddress>().Concat(HostAddresses.Of(AlsoKnownAs))).Distinct();
}

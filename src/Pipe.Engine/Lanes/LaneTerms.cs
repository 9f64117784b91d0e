using System.Net;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The facts about a session that a transport needs to make its data lanes.</summary>
/// <param name="Offer">The agreed offer: name and secret of the session, protection, block, lanes, ports, buffer, rate, timeout.</param>
internal sealed record LaneTerms(Offer Offer)
{
    private readonly Lazy<IPAddress?> _here = new(() => null);

    /// <summary>The peer's name or address as known on this side: one more to try. May be empty.</summary>
    public string AlsoKnownAs { get; init; } = "";

    /// <summary>Finds the local address in use, if it is known; called once, when the first lane is to be accepted.</summary>
    public Func<IPAddress?> FindHere
    {
        init => _here = new(value);
    }

    /// <summary>Whether this side sends the blocks.</summary>
    public bool IsSender { get; init; }

    /// <summary>The user's datagram policy.</summary>
    public DatagramPolicy Datagrams { get; init; } = DatagramPolicy.Usual;

    /// <summary>Why all data go through ssh, if the offer has <see cref="ConnectMode.Ssh"/>.</summary>
    public string WhyInline { get; init; } = "requested";

    /// <summary>Called with each authenticated lane. Any thread.</summary>
    public required Action<ILane> Joined { get; init; }

    /// <summary>Called with the lanes that could not be made, and the reason. Any thread.</summary>
    public required Action<IReadOnlyList<int>, string> Failed { get; init; }

    /// <summary>Called at the initiator when no way to make data connections is left, with the reasons.</summary>
    public Action<string>? FellBack { get; init; }

    /// <summary>Called, if datagrams are the only transport, when the peer's datagrams arrive here but the answers do not arrive there. Any thread.</summary>
    public Action<string>? Unanswered { get; init; }

    /// <summary>
    /// The only address to listen on: that of the network over which the peer was reached. Null if it is unknown, or the user has named another address
    /// for data.
    /// </summary>
    public IPAddress? ListenOn => Offer.DataHost.Length == 0 ? _here.Value : null;

    /// <summary>Addresses at which the peer may reach this side, best first.</summary>
    public IReadOnlyList<string> OwnAddresses =>
        [.. (_here.Value is { } here ? [here] : HostAddresses.OfThisHost().Take(Limits.MaxAddresses)).Select(AddressText.Of)];

    /// <summary>
    /// Selects the peer's addresses, given those that it announces. An initiator keeps only those that it knows itself; a responder believes the
    /// initiator, and adds the one at which the login came in, because a peer behind a router may not know its own address.
    /// </summary>
    public Func<IReadOnlyList<IPAddress>, IReadOnlyList<IPAddress>>? Admit { get; init; }

    /// <summary>Candidate addresses of the peer, best first. May wait for name resolution.</summary>
    public IEnumerable<IPAddress> AddressesOf(Listening there)
    {
        var announced = Parse(there);
        return (Offer.DataHost.Length > 0 ? HostAddresses.Of(Offer.DataHost)
            : Admit is not null ? Admit(announced)
            : announced.Concat(HostAddresses.Of(AlsoKnownAs))).Distinct();
    }

    /// <summary>Describes why there is no candidate address.</summary>
    public static string NoAddress(Listening there) => Parse(there) is { Length: > 0 } announced
        ? $"its name does not lead to {string.Join(", ", announced.AsEnumerable())}, where it listens"
        : "no address is known";

    private static IPAddress[] Parse(Listening there) => [.. there.Addresses.Select(AddressText.Parse).OfType<IPAddress>()];
}

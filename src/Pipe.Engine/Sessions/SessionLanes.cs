using System.Net;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Builds the lane terms of a session; lane events go to its mailbox.</summary>
internal static class SessionLanes
{
    /// <param name="offer">The agreed offer.</param>
    /// <param name="mailbox">The session's mailbox.</param>
    /// <param name="alsoKnownAs">The peer's name or address on this side.</param>
    /// <param name="findHere">Finds the local address in use.</param>
    /// <param name="isSender">Whether this side sends the blocks.</param>
    /// <param name="transports">The transports that both sides have.</param>
    /// <param name="datagrams">The user's datagram policy.</param>
    public static LaneTerms TermsOf(
        Offer offer, Mailbox mailbox, string alsoKnownAs, Func<IPAddress?> findHere, bool isSender, IReadOnlyList<ILaneTransport> transports, DatagramPolicy datagrams)
    {
        return new LaneTerms(offer)
        {
            IsSender = isSender,
            Datagrams = datagrams,
            AlsoKnownAs = alsoKnownAs,
            FindHere = findHere,
            Joined = lane => mailbox.Post(new SessionEvent.Joined(lane)),
            Failed = (lanes, reason) => mailbox.Post(new SessionEvent.NoWay(lanes, reason)),
            Unanswered = transports.All(one => one.Name == Transports.Udp) ? reason => mailbox.Post(new SessionEvent.Unanswered(reason)) : null,
        };
    }
}

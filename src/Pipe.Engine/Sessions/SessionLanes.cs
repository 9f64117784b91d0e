using System.Net;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Makes the terms of a session whose lanes become events in its mailbox.</summary>
internal static class SessionLanes
{
    /// <param name="offer">What was agreed.</param>
    /// <param name="mailbox">Of the session.</param>
    /// <param name="alsoKnownAs">The peer as it is known on this side.</param>
    /// <param name="findHere">Finds the address in use on this side.</param>
    /// <param name="isSender">Whether this side sends the blocks.</param>
    /// <param name="transports">Those that both sides have.</param>
    /// <param name="datagrams">What the user wants of the datagram channel.</param>
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

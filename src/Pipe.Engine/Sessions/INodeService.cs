using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Serves an offer whose responder is a node of a chain, in place of a session with one sender and one receiver.</summary>
internal interface INodeService
{
    /// <summary>Serves to the end of the chain.</summary>
    /// <param name="offer">The offer, not accepted yet.</param>
    /// <param name="peer">The head.</param>
    /// <param name="mailbox">Receives what the head sends.</param>
    /// <param name="tally">Counts what is stored.</param>
    /// <exception cref="Exception">The node has failed; its caller tells the head.</exception>
    Task ServeAsync(Offer offer, Peer peer, Mailbox mailbox, Tally tally);
}

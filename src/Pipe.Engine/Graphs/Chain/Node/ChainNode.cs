using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A node of a chain, as a server that the head has started: stores the blocks that other nodes send, and feeds those that it is told to feed.</summary>
/// <param name="kinds">The kinds of object that it can open.</param>
/// <param name="waiting">Called with the reason for a wait.</param>
internal sealed class ChainNode(ObjectKinds kinds, Action<string> waiting) : INodeService
{
    public async Task ServeAsync(Offer offer, Peer peer, Mailbox mailbox, Tally tally)
    {
        var transports = LaneTransports.Common(LaneTransports.All, peer.Transports);
        var laneTerms = SessionLanes.TermsOf(offer, mailbox, "", () => SshConnection.Here, isSender: false, transports, peer.Datagrams);
        using var acceptors = new LaneAcceptors(transports, laneTerms);
        var ports = new ChainPorts(acceptors, peer);
        ports.Open();
        var target = await Task.Run(() => ChainTarget.Open(kinds.Of(offer.Resource.Kind), ContextOf(offer, peer, mailbox, tally)));
        using var node = new ChainStore(offer, target, ports, peer, mailbox, tally);
        peer.Send(new Accept(new Terms(-1, Terms.NoMode, offer.Terms.Block, 0)));
        await node.RunAsync();
    }

    private OpenContext ContextOf(Offer offer, Peer peer, Mailbox mailbox, Tally tally) => new(offer.Resource, Place.Remote, tally)
    {
        Terms = offer.Terms,
        InPlace = offer.InPlace,
        CopiesOld = false,
        Waiting = waiting,
        WaitingForUser = words => peer.Send(new Waiting(words)),
        Failed = early => mailbox.Post(new SessionEvent.Failed(early)),
        ItemError = tally.ItemErrors.Add,
        Unread = tally.Unread.Add,
        Peer = Responder.Client,
    };
}

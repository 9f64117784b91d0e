using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Has this side listen for data connections and tells the peer where, or what is wrong with those that come.</summary>
/// <param name="peer">The other side.</param>
/// <param name="acceptors">Where this side listens.</param>
/// <param name="isInitiator">Which side this is: an initiator names one transport, a responder all that it has.</param>
internal sealed class LaneInvitation(Peer peer, LaneAcceptors acceptors, bool isInitiator)
{
    /// <exception cref="Failure">This side cannot listen.</exception>
    public void Send(LaneWay way, bool isChosen, bool hasLanes)
    {
        foreach (var listening in isInitiator || isChosen ? [acceptors.Open(way.Transport)] : acceptors.OpenAll(hasLanes ? way.Transport : null))
        {
            peer.Send(listening);
        }
    }

    /// <summary>No connection will come about: the peer need not wait for one, or go on trying.</summary>
    public void Withdraw(string reason) => peer.Send(new Widen(0, reason));

    /// <summary>All are in, or none is wanted any more.</summary>
    public void End() => acceptors.Dispose();
}

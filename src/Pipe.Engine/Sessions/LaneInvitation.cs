using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Opens listeners for data connections and announces them to the peer, or tells it why connections fail.</summary>
/// <param name="peer">The other side.</param>
/// <param name="acceptors">This side's listeners.</param>
/// <param name="isInitiator">Which side this is: an initiator announces one transport, a responder all of its transports.</param>
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

    /// <summary>Tells the peer to stop waiting or trying: no connection can be made.</summary>
    public void Withdraw(string reason) => peer.Send(new Widen(0, reason));

    /// <summary>Stops listening: all lanes are connected, or no more are wanted.</summary>
    public void End() => acceptors.Dispose();
}

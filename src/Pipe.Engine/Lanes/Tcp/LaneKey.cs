using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What both ends of a session know and nobody else does, and what they agreed on for its data connections.</summary>
internal sealed class LaneKey(Offer offer)
{
    public byte[] Session => offer.Session;

    public byte[] Secret => offer.Secret;

    public Protection Protection => offer.Protection;

    /// <summary>The highest number of a lane.</summary>
    public int Lanes => offer.MostLanes;

    /// <summary>The lane on a connection that has proven itself.</summary>
    /// <param name="number">From 1.</param>
    /// <param name="socket">Owned by the lane from here on.</param>
    /// <param name="hello">As it was sent.</param>
    /// <param name="nonce">The listening side's.</param>
    /// <param name="isConnector">Whether this side made the connection.</param>
    public TcpLane Lane(int number, TcpSocket socket, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> nonce, bool isConnector)
    {
        socket.SetBlocking();
        socket.PrepareForBlocks(offer.TimeoutSeconds);
        if (Protection == Protection.Clear)
        {
            return new TcpLane(number, socket);
        }

        var (fromConnector, fromListener) = LaneSeal.Derive(Secret, hello, nonce, Protection);
        return isConnector
            ? new SealedTcpLane(number, socket, fromConnector, fromListener, offer.Terms.Block)
            : new SealedTcpLane(number, socket, fromListener, fromConnector, offer.Terms.Block);
    }
}

using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The secret that only the two ends of a session know, and the agreed terms of its data connections.</summary>
internal sealed class LaneKey(Offer offer)
{
    public byte[] Session => offer.Session;

    public byte[] Secret => offer.Secret;

    public Protection Protection => offer.Protection;

    /// <summary>The highest lane number.</summary>
    public int Lanes => offer.MostLanes;

    /// <summary>Creates the lane of an authenticated connection.</summary>
    /// <param name="number">The lane number, from 1.</param>
    /// <param name="socket">The connection; owned by the lane from here on.</param>
    /// <param name="hello">The hello as sent.</param>
    /// <param name="nonce">The listening side's nonce.</param>
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

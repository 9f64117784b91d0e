namespace Pipe.Engine;

/// <summary>The ports at which a node waits for the node that is to feed it.</summary>
/// <param name="acceptors">Its acceptors.</param>
/// <param name="peer">The head, which is told each port.</param>
internal sealed class ChainPorts(LaneAcceptors acceptors, Peer peer)
{
    private readonly Dictionary<string, int> _told = [];

    /// <summary>Opens the ports that are not open; a transport may serve one link with each of its ports.</summary>
    /// <exception cref="Failure">No transport can listen.</exception>
    public void Open()
    {
        foreach (var listening in acceptors.OpenAll())
        {
            if (_told.GetValueOrDefault(listening.Transport) != listening.Port)
            {
                _told[listening.Transport] = listening.Port;
                peer.Send(listening);
            }
        }
    }
}

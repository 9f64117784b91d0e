using Pipe.Linux;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine;

/// <summary>Creates the thread of a connection, not yet started; its lane joins once both sides have proved the secret.</summary>
internal static class UdpLanes
{
    public static DatagramThread Make(
        UdpSocket socket, DatagramLink link, DatagramPaths paths, LaneTerms terms, DatagramTerms datagrams, Action<string> failed)
    {
        if (terms.IsSender)
        {
            DatagramSendThread sends = null!;
            return sends = new DatagramSendThread(socket, link, paths, terms, datagrams)
            {
                Opened = () => terms.Joined(new UdpSendLane(datagrams.Lane, sends)),
                Failed = failed,
            };
        }

        DatagramReceiveThread receives = null!;
        return receives = new DatagramReceiveThread(socket, link, paths, terms, datagrams)
        {
            Opened = () => terms.Joined(new UdpReceiveLane(datagrams.Lane, receives)),
            Failed = failed,
        };
    }
}

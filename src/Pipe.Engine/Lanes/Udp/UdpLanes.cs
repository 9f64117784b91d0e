using Pipe.Linux;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine;

/// <summary>Starts the thread of a connection; the lane joins once both sides have proved the secret.</summary>
internal static class UdpLanes
{
    public static DatagramThread Start(
        UdpSocket socket, DatagramLink link, DatagramPaths paths, LaneTerms terms, DatagramTerms datagrams, Action<string> failed)
    {
        DatagramThread? thread = null;
        if (terms.IsSender)
        {
            DatagramSendThread sends = null!;
            thread = sends = new DatagramSendThread(socket, link, paths, terms, datagrams)
            {
                Opened = () => terms.Joined(new UdpSendLane(datagrams.Lane, sends)),
                Failed = failed,
            };
        }
        else
        {
            DatagramReceiveThread receives = null!;
            thread = receives = new DatagramReceiveThread(socket, link, paths, terms, datagrams)
            {
                Opened = () => terms.Joined(new UdpReceiveLane(datagrams.Lane, receives)),
                Failed = failed,
            };
        }

        thread.Start($"datagrams {datagrams.Lane}");
        return thread;
    }
}

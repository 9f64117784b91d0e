using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The last word to a peer that may not hear it any more.</summary>
internal static class Farewell
{
    public static void Say(Peer peer, Failure failure)
    {
        try
        {
            peer.Send(new Abort(failure.Code, failure.Message, failure.Hint));
        }
        catch (LinuxException)
        {
            // It notices the end of the channel.
        }
        catch (ObjectDisposedException)
        {
            // The channel is closed on this side already.
        }
    }
}

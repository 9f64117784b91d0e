using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Data connections that the initiator asked this responder to make directly to another responder.</summary>
/// <param name="peer">The initiator.</param>
/// <param name="dialer">Makes the connections.</param>
internal sealed class Detour(Peer peer, LaneDialer dialer)
{
    /// <summary>Whether the initiator has asked for the detour, with the outcome still open.</summary>
    public bool IsTried { get; private set; }

    /// <summary>Whether the lanes go to the other responder.</summary>
    public bool IsTaken { get; private set; }

    /// <exception cref="ProtocolException">The request came at the wrong time.</exception>
    public void Begin(Reach reach, bool isPossible)
    {
        if (IsTried || !isPossible)
        {
            ProtocolException.Throw("a Reach at the wrong time");
        }

        IsTried = true;
        dialer.Way.Use(dialer.Way.Mode, reach.There.Transport);
        dialer.Turn(reach);
    }

    public void Succeed(string transport)
    {
        IsTaken = true;
        End("");
        dialer.Way.Use(ConnectMode.Reverse, transport);
    }

    /// <summary>Ends the attempt: the session continues as if it had not been made.</summary>
    public void Fail(string reason)
    {
        End(reason);
        dialer.TurnBack();
    }

    private void End(string reason)
    {
        IsTried = false;
        peer.Send(new Reached(reason));
    }
}

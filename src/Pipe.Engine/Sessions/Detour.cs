using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Data connections straight to another responder, past the initiator, which has asked for them.</summary>
/// <param name="peer">The initiator.</param>
/// <param name="dialer">Makes the connections.</param>
internal sealed class Detour(Peer peer, LaneDialer dialer)
{
    /// <summary>It is not known yet whether there is a way.</summary>
    public bool IsTried { get; private set; }

    /// <exception cref="ProtocolException">It was asked for at the wrong time.</exception>
    public void Begin(Reach reach, bool isPossible)
    {
        if (IsTried || !isPossible)
        {
            ProtocolException.Throw("a Reach that nobody can do anything about");
        }

        IsTried = true;
        dialer.Way.Use(dialer.Way.Mode, reach.There.Transport);
        dialer.Turn(reach);
    }

    public void Succeed(string transport)
    {
        End("");
        dialer.Way.Use(ConnectMode.Reverse, transport);
    }

    /// <summary>Nothing has changed then.</summary>
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

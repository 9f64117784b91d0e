using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Asks for the data connections of a session, as its way says: dials, or listens and asks the peer to dial. Runs on the session's thread of control.
/// </summary>
internal sealed class LaneRequests
{
    private readonly Peer _peer;
    private readonly DataPump _pump;
    private readonly Offer _offer;
    private readonly bool _isInitiator;
    private int _wanted;

    /// <param name="mailbox">Receives the results of attempts.</param>
    /// <param name="peer">The other side, with the addresses it has announced.</param>
    /// <param name="pump">The pump whose lanes they are.</param>
    /// <param name="terms">The agreed terms.</param>
    /// <param name="acceptors">This side's listeners.</param>
    /// <param name="observer">Receives the reasons of a choice.</param>
    /// <param name="isInitiator">Which side this is.</param>
    public LaneRequests(Mailbox mailbox, Peer peer, DataPump pump, LaneTerms terms, LaneAcceptors acceptors, IObserver observer, bool isInitiator)
    {
        (_peer, _pump, _offer, _isInitiator, _wanted) = (peer, pump, terms.Offer, isInitiator, terms.Offer.Lanes);
        Invitation = new LaneInvitation(peer, acceptors, isInitiator);
        Dialer = new LaneDialer(terms, new LaneWay(terms.Offer, acceptors.Transports), observer, peer.Listening);
        Switch = new TransportSwitch(Dialer, mailbox, pump, observer, terms.IsSender, isInitiator);
        Detour = new Detour(peer, Dialer);
        Tried = new TriedWays(terms.Offer, acceptors.Transports);
    }

    public LaneInvitation Invitation { get; }

    public LaneDialer Dialer { get; }

    public TransportSwitch Switch { get; }

    public Detour Detour { get; }

    public TriedWays Tried { get; }

    public LaneWay Way => Dialer.Way;

    /// <summary>The largest number of lanes at one time.</summary>
    public int Lanes { get; set; }

    /// <summary>The target number of data lanes.</summary>
    public int Wanted => Math.Min(_wanted, Way.Transport.MostLanes);

    /// <summary>Whether either side has asked for data connections.</summary>
    public bool IsWanted { get; set; }

    /// <summary>Whether data connections are possible and some are missing.</summary>
    public bool IsShort => !Way.IsInline && _pump.Lanes.Numbers.Count() < Wanted;

    /// <summary>Whether this side makes the connections; in direct mode the initiator does.</summary>
    public bool Dials => Way.Mode == ConnectMode.Direct == _isInitiator;

    /// <summary>Whether no lane has been made or tried yet, so that the first way is still open.</summary>
    public bool IsOpen => Lanes == 0 && Tried.IsEmpty && !Detour.IsTried;

    /// <summary>Raises the target number of lanes to this one, if it is lower.</summary>
    /// <exception cref="ProtocolException">It is more than was agreed on.</exception>
    public void Raise(int lanes)
    {
        if (lanes > _offer.MostLanes)
        {
            ProtocolException.Throw($"{lanes} lanes wanted, {_offer.MostLanes} agreed on");
        }

        (IsWanted, _wanted) = (true, Math.Max(_wanted, lanes));
    }

    /// <summary>Sets the target number of lanes: the sender has measured a long path.</summary>
    public void Widen(int lanes)
    {
        _wanted = lanes;
        Dialer.Forget();
    }

    /// <summary>Makes data connections, or asks the peer for them. Returns why this side cannot listen; null if all is well.</summary>
    public string? Want()
    {
        if (Way.IsInline)
        {
            return null;
        }

        Cryptography.Require();
        IsWanted = true;
        if (Dials && Dialer.CanDial)
        {
            Dial();
            return null;
        }

        var reason = Dials ? null : Listen();
        if (reason is null)
        {
            Ask();
        }

        return reason;
    }

    /// <summary>Asks the peer for data connections. A responder that connects names the transport that it has chosen: the peer listens for only one.</summary>
    public void Ask()
    {
        _peer.Send(new Widen(Wanted, Dials && !_isInitiator && Switch.IsChosen ? Way.Transport.Name : ""));
        if (Dials)
        {
            Explain();
        }
    }

    /// <summary>Sends the initiator the reason for the chosen transport, for the user.</summary>
    private void Explain()
    {
        if (!_isInitiator && Switch.IsChosen)
        {
            _peer.Send(new Widen(Wanted, Switch.Reason));
        }
    }

    /// <summary>Listens and announces it. Returns the reason if that fails and another way may exist; null if all is well.</summary>
    public string? Listen()
    {
        try
        {
            Invitation.Send(Way, Switch.IsChosen, Lanes > 0);
            Explain();
            return null;
        }
        catch (Failure e) when (_offer.ConnectMode == ConnectMode.Auto || Lanes > 0 || Way.HasOthers)
        {
            return e.Message;
        }
    }

    /// <summary>A lane has ended: the peer will announce again where it listens, which may be for another transport.</summary>
    public void Forget(ILane lane)
    {
        if (Dials && !lane.Traits.IsControl)
        {
            Dialer.Forget();
        }
    }

    public void SkipSilent()
    {
        if (Dials && (_isInitiator || Lanes > 0) && !Switch.IsChosen)
        {
            Dialer.SkipSilent();
        }
    }

    public void Dial()
    {
        if ((Detour.IsTried || (Dials && IsWanted)) && Dialer.CanDial)
        {
            Cryptography.Require();
            if (IsOpen && Switch.TryProbe())
            {
                return;
            }

            Dialer.Dial(Enumerable.Range(1, Wanted).Except(_pump.Lanes.Numbers));
        }
    }
}

using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A copy between two servers whose data connections run directly between them. Forwards the messages that the two ends of a copy exchange; the target
/// gives the verdict. Never resumes: the loss of either control channel ends the copy.
/// </summary>
internal sealed class ThirdPartyTransfer
{
    private const string Straight = "straight";
    private readonly ThirdPartyLeg _source;
    private readonly ThirdPartyLeg _target;
    private readonly ThirdPartyLeg _dialer;
    private readonly IReadOnlyList<ILaneTransport> _common;
    private readonly Tally _tally;
    private readonly IObserver _observer;
    private readonly SpaceCheck _space;
    private readonly HashSet<string> _warnings = [];
    private ILaneTransport _transport;
    private bool _isAsked;
    private End? _end;

    /// <param name="source">The session with the sending server.</param>
    /// <param name="target">The session with the receiving server.</param>
    /// <param name="dialer">The one of the two that connects to the other.</param>
    /// <param name="common">The transports of both.</param>
    /// <param name="transport">The transport of the first data connection.</param>
    /// <param name="tally">Counts the bytes that the target has.</param>
    /// <param name="observer">Receives progress and notes.</param>
    public ThirdPartyTransfer(
        ThirdPartyLeg source, ThirdPartyLeg target, ThirdPartyLeg dialer, IReadOnlyList<ILaneTransport> common, ILaneTransport transport, Tally tally, IObserver observer)
    {
        (_source, _target, _dialer, _common, _tally, _observer, _transport) = (source, target, dialer, common, tally, observer, transport);
        _space = new SpaceCheck(target.Peer.Name, observer.Warning);
        target.Peer.Link.Pinged = tally.Reach;
        Use(transport, $"{dialer.Peer.Name} reaches {(dialer == source ? target : source).Peer.Name}");
        observer.Entered(Phase.Moving);
        DataThread.Start("blocks across", () => Guard(source, PassBlocks));
        DataThread.Start("acks across", () => Guard(target, PassAcks));
    }

    /// <summary>The way's name in the outcome.</summary>
    public string Way => LaneWay.Of(Straight, _transport.Name);

    /// <summary>The largest number of lanes requested of the transport in use.</summary>
    public int Lanes { get; private set; }

    /// <summary>The bottleneck of the rate, as measured by the source.</summary>
    public Bottleneck Limit { get; private set; }

    /// <summary>Warnings for the user about a successful copy.</summary>
    public IReadOnlyCollection<string> Warnings => _warnings;

    /// <summary>Runs one leg to the verdict and returns the size of the object; throws the failure that ended the copy.</summary>
    public async Task<long> CarryAsync(ThirdPartyLeg leg)
    {
        while (true)
        {
            var what = await leg.Mailbox.TakeAsync();
            if (what is SessionEvent.Met)
            {
                return _end!.Value.Size;
            }

            var (type, payload) = leg.Peer.Admit(what);
            switch (type)
            {
                case null:
                    break;
                case MessageType.Report when !leg.IsSource:
                    return Verdict(Report.Read(payload));
                case MessageType.Warning:
                    OnWarning(leg, Warning.Read(payload));
                    break;
                case MessageType.Total when leg.IsSource:
                    var (files, bytes) = Total.Read(payload);
                    _tally.Found(files, bytes);
                    break;
                case MessageType.Space when leg.IsSource:
                    _space.Needs(Space.Read(payload).Bytes);
                    break;
                case MessageType.Space:
                    _space.Has(Space.Read(payload).Bytes);
                    break;
                case MessageType.Limited when leg.IsSource:
                    Limit = Limited.Read(payload).By;
                    break;
                case MessageType.Waiting:
                    _observer.Waiting(leg.Peer.Name, Waiting.Read(payload).Words);
                    break;
                default:
                    Pass(leg, leg.IsSource ? _target : _source, type.Value, payload);
                    break;
            }
        }
    }

    /// <summary>Forwards a message that one end of a copy may send to the other.</summary>
    private void Pass(ThirdPartyLeg leg, ThirdPartyLeg other, MessageType type, byte[] payload)
    {
        switch (type)
        {
            case MessageType.Listening:
                var listening = Listening.Read(payload);
                if (_common.FirstOrDefault(one => one.Name == listening.Transport) is { } transport)
                {
                    _observer.Note(2, $"{leg.Peer.Name} listens for {listening.Transport}");
                    Follow(leg, transport);
                    other.Peer.Send(leg.Known(listening));
                }

                return;
            case MessageType.Widen:
                var lanes = Widen.Read(payload).Lanes;
                _isAsked |= leg == _dialer && lanes > 0;
                Lanes = Math.Max(Lanes, Math.Min(lanes, _transport.MostLanes));
                break;
            case MessageType.End when leg.IsSource:
                _end = End.Read(payload);
                _observer.Entered(Phase.Finishing);
                break;
            case MessageType.Want when leg.IsSource:
            case MessageType.Have when !leg.IsSource:
                break;
            default:
                throw new ProtocolException($"{type} from one server to another");
        }

        other.Peer.Forward(type, payload);
    }

    /// <summary>The first Listening that answers a request for lanes is for the transport in use, or for the one that follows it.</summary>
    private void Follow(ThirdPartyLeg leg, ILaneTransport transport)
    {
        if (_isAsked && leg != _dialer)
        {
            _isAsked = false;
            if (transport != _transport)
            {
                Use(transport, $"{leg.Peer.Name} listens for {transport.Name}");
            }
        }
    }

    private void Use(ILaneTransport transport, string reason)
    {
        _transport = transport;
        Lanes = Math.Min(_source.Offer.Lanes, transport.MostLanes);
        _observer.Channel(Way, reason, Lanes);
    }

    private long Verdict(Report report)
    {
        PeerReport.Check(report, _end);

        // The files of the tally are those that the target has counted, without the failed ones.
        _tally.Fail(Clamp(report.Failed));
        _tally.Fail(Clamp(report.Unread));
        _tally.Remove(Clamp(report.Removed ?? 0));
        _tally.Tree.ReachSame(Clamp(report.Same));
        PeerReport.ShowErrors(_target.Peer.Name, report.Errors, _observer);
        PeerReport.ShowErrors(_source.Peer.Name, report.Causes, _observer);
        _source.Mailbox.Post(new SessionEvent.Met());
        _source.Peer.Send(report with { Removed = null, Same = 0 });
        _target.Peer.Send(default(Bye));
        return report.Size;
    }

    private static long Clamp(ulong members) => (long)Math.Min(members, int.MaxValue);

    private void OnWarning(ThirdPartyLeg leg, Warning warning)
    {
        lock (_warnings)
        {
            if (_warnings.Count < PeerReport.MostWarnings)
            {
                _warnings.Add($"{leg.Peer.Name}: {warning.Words}");
            }
        }
    }

    /// <summary>Forwards the blocks in the control channels: those sent before the first data connection, or without any.</summary>
    private void PassBlocks()
    {
        using var slab = new Slab(_source.Offer.Terms.Block);
        while (_source.Peer.Link.Lane.Receive(slab, out var header, out _) == Arrival.Block)
        {
            _target.Peer.Link.Lane.Send(header, slab);
        }
    }

    private void PassAcks()
    {
        while (_target.Peer.Link.Lane.ReceiveAck(out var ack))
        {
            _source.Peer.Link.Lane.SendAck(ack);
        }
    }

    private static void Guard(ThirdPartyLeg leg, Action pass)
    {
        try
        {
            pass();
        }
        catch (IOException)
        {
            // The channel is broken; its reader reports that.
        }
        catch (Exception e)
        {
            leg.Fail(e);
        }
    }
}

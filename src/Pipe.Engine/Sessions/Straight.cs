using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A copy between two servers whose data connections run directly between them. Forwards the messages that the two ends of a copy exchange; the target
/// gives the verdict. Never resumes: the loss of either control channel ends the copy.
/// </summary>
internal sealed class Straight
{
    private const int MostRemarks = 16;
    private readonly Half _source;
    private readonly Half _target;
    private readonly Tally _tally;
    private readonly IObserver _observer;
    private readonly HashSet<string> _remarks = [];
    private End? _end;

    /// <param name="source">The session with the sending server.</param>
    /// <param name="target">The session with the receiving server.</param>
    /// <param name="reason">Why the copy can go directly.</param>
    /// <param name="tally">Counts the bytes that the target has.</param>
    /// <param name="observer">Receives progress and notes.</param>
    public Straight(Half source, Half target, string reason, Tally tally, IObserver observer)
    {
        (_source, _target, _tally, _observer) = (source, target, tally, observer);
        Lanes = source.Offer.Lanes;
        target.Peer.Link.Pinged = tally.Reach;
        observer.Channel(Way, reason, Lanes);
        observer.Entered(Phase.Moving);
        DataThread.Start("blocks across", () => Guard(source, PassBlocks));
        DataThread.Start("acks across", () => Guard(target, PassAcks));
    }

    /// <summary>The way's name in the outcome.</summary>
    public static string Way => "straight";

    /// <summary>The largest number of lanes requested.</summary>
    public int Lanes { get; private set; }

    /// <summary>The bottleneck of the rate, as measured by the source.</summary>
    public Bottleneck Limit { get; private set; }

    /// <summary>Warnings for the user about a successful copy.</summary>
    public IReadOnlyCollection<string> Remarks => _remarks;

    /// <summary>Runs one half to the verdict and returns the size of the object; throws the failure that ended the copy.</summary>
    public async Task<long> CarryAsync(Half half)
    {
        while (true)
        {
            var what = await half.Mailbox.TakeAsync();
            if (what is SessionEvent.Met)
            {
                return _end!.Value.Size;
            }

            var (type, payload) = half.Peer.Admit(what);
            switch (type)
            {
                case null:
                    break;
                case MessageType.Report when !half.IsSource:
                    return Verdict(Report.Read(payload));
                case MessageType.Remark:
                    OnRemark(half, Remark.Read(payload));
                    break;
                case MessageType.Total when half.IsSource:
                    var (files, bytes) = Total.Read(payload);
                    _tally.Found(files, bytes);
                    break;
                case MessageType.Limited when half.IsSource:
                    Limit = Limited.Read(payload).By;
                    break;
                case MessageType.Waiting:
                    _observer.Waiting(half.Peer.Name, Waiting.Read(payload).Words);
                    break;
                default:
                    Pass(half, half.IsSource ? _target : _source, type.Value, payload);
                    break;
            }
        }
    }

    /// <summary>Forwards a message that one end of a copy may send to the other.</summary>
    private void Pass(Half half, Half other, MessageType type, byte[] payload)
    {
        switch (type)
        {
            case MessageType.Listening:
                var listening = Listening.Read(payload);
                if (other.Peer.Transports.Contains(listening.Transport))
                {
                    other.Peer.Send(half.Known(listening));
                }

                return;
            case MessageType.Widen:
                Lanes = Math.Max(Lanes, Widen.Read(payload).Lanes);
                break;
            case MessageType.End when half.IsSource:
                _end = End.Read(payload);
                _observer.Entered(Phase.Finishing);
                break;
            case MessageType.Want when half.IsSource:
            case MessageType.Have when !half.IsSource:
                break;
            default:
                throw new ProtocolException($"{type} from one server to another");
        }

        other.Peer.Forward(type, payload);
    }

    private long Verdict(Report report)
    {
        if (_end is not { } end || report.Size != end.Size)
        {
            throw new ProtocolException($"a report of {report.Size} bytes {(_end is null ? "before the end" : $"instead of {_end.Value.Size}")}");
        }

        Count(_target, report.Failed, report.Troubles);
        Count(_source, report.Unread, report.Causes);
        _source.Mailbox.Post(new SessionEvent.Met());
        _source.Peer.Send(report);
        _target.Peer.Send(default(Bye));
        return report.Size;
    }

    private void Count(Half half, ulong failed, string troubles)
    {
        _tally.Fail((long)Math.Min(failed, int.MaxValue));
        foreach (var line in troubles.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _observer.Trouble($"{half.Peer.Name}: {line}");
        }
    }

    private void OnRemark(Half half, Remark remark)
    {
        lock (_remarks)
        {
            if (_remarks.Count < MostRemarks)
            {
                _remarks.Add($"{half.Peer.Name}: {remark.Words}");
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

    private static void Guard(Half half, Action pass)
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
            half.Fail(e);
        }
    }
}

using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>An event of a session. All events reach its one thread of control through one mailbox.</summary>
internal abstract record SessionEvent
{
    /// <summary>A control message arrived that is not for a data thread.</summary>
    public sealed record Received(MessageType Type, byte[] Payload) : SessionEvent;

    /// <summary>A control message arrived that the state table does not allow. No more are read from that channel.</summary>
    public sealed record Refused(string Fault) : SessionEvent;

    /// <summary>The control channel has ended or is broken.</summary>
    public sealed record ControlEnded(ControlChannel Control, Exception? Cause) : SessionEvent;

    /// <summary>There is a new control channel, not read from yet; on the initiator's side with the remote shell behind it.</summary>
    public sealed record Relinked(Link Link, RemoteShell? Shell) : SessionEvent;

    /// <summary>A data lane has authenticated itself.</summary>
    public sealed record Joined(ILane Lane) : SessionEvent;

    /// <summary>A lane has ended; the cause is null if nothing broke it.</summary>
    public sealed record LaneEnded(ILane Lane, Exception? Cause) : SessionEvent;

    /// <summary>These data connections could not be made to the peer's listener.</summary>
    public sealed record NoWay(IReadOnlyList<int> Lanes, string Reason) : SessionEvent;

    /// <summary>The peer's datagrams arrive here, but the answers do not arrive there.</summary>
    public sealed record Unanswered(string Reason) : SessionEvent;

    /// <summary>The round trip to the peer was measured: microseconds, or <see cref="long.MaxValue"/> without a timely answer.</summary>
    public sealed record Probed(long RoundTrip) : SessionEvent;

    /// <summary>It is time to retry the missing data connections.</summary>
    public sealed record AskAgain : SessionEvent;

    /// <summary>It is time to poll the monitor of the data lanes.</summary>
    public sealed record Poll : SessionEvent;

    /// <summary>The sender has more data than lane 0 should carry.</summary>
    public sealed record Wide : SessionEvent;

    /// <summary>The sender's source has ended without error, with these totals.</summary>
    public sealed record AllSent(End End, string Warning = "", Failure? Verdict = null) : SessionEvent;

    /// <summary>The receiver's sink is committed.</summary>
    public sealed record Committed(End End, string Warning = "") : SessionEvent;

    /// <summary>For one of two sessions that meet here: both have met.</summary>
    public sealed record Met : SessionEvent;

    /// <summary>The members of the responder's tree have been counted, for the initiator's meter.</summary>
    public sealed record Counted(SourceCount Count) : SessionEvent;

    /// <summary>An operation failed on this side.</summary>
    public sealed record Failed(Exception Cause) : SessionEvent;
}

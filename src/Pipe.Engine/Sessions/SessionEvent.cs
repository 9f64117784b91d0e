using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What can happen to a session. Everything reaches its one thread of control through one mailbox.</summary>
internal abstract record SessionEvent
{
    /// <summary>A control message came that is not for a data thread.</summary>
    public sealed record Received(MessageType Type, byte[] Payload) : SessionEvent;

    /// <summary>A control message came that the state table does not allow. No other comes over that channel.</summary>
    public sealed record Refused(string Fault) : SessionEvent;

    /// <summary>The control channel is at its end, or broken.</summary>
    public sealed record ControlEnded(ControlChannel Control, Exception? Cause) : SessionEvent;

    /// <summary>There is a new control channel, not yet read from; on the initiator's side with the remote shell that leads to it.</summary>
    public sealed record Relinked(Link Link, RemoteShell? Shell) : SessionEvent;

    /// <summary>A data lane has proven itself.</summary>
    public sealed record Joined(ILane Lane) : SessionEvent;

    /// <summary>A lane has ended, with what broke it if something did.</summary>
    public sealed record LaneEnded(ILane Lane, Exception? Cause) : SessionEvent;

    /// <summary>These data connections could not be made to what the peer listens on.</summary>
    public sealed record NoWay(IReadOnlyList<int> Lanes, string Reason) : SessionEvent;

    /// <summary>Datagrams of the peer arrive here, and the answers do not arrive there.</summary>
    public sealed record Unanswered(string Reason) : SessionEvent;

    /// <summary>The round trip to the peer was measured: microseconds, <see cref="long.MaxValue"/> if it did not answer soon.</summary>
    public sealed record Probed(long RoundTrip) : SessionEvent;

    /// <summary>Time to try again to make the data connections that are missing.</summary>
    public sealed record AskAgain : SessionEvent;

    /// <summary>Time for the monitor of the data lanes to look again.</summary>
    public sealed record Poll : SessionEvent;

    /// <summary>The sender has more than lane 0 may carry.</summary>
    public sealed record Wide : SessionEvent;

    /// <summary>The sender's source has ended well, and this is all of it.</summary>
    public sealed record AllSent(End End, string Remark = "", Failure? Verdict = null) : SessionEvent;

    /// <summary>The receiver's sink is committed.</summary>
    public sealed record Committed(End End, string Remark = "") : SessionEvent;

    /// <summary>To a session that meets another one here: the other one has come to where this one has to know of it.</summary>
    public sealed record Met : SessionEvent;

    /// <summary>The responder's tree was looked through, for the initiator who watches.</summary>
    public sealed record Surveyed(Total Total) : SessionEvent;

    /// <summary>Something failed on this side.</summary>
    public sealed record Failed(Exception Cause) : SessionEvent;
}

using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Broken lanes are made again as long as anything is left to do. Part of the session's thread of control.</summary>
/// <param name="mailbox">Where the time to try again is announced.</param>
/// <param name="pump">Whose lanes they are.</param>
/// <param name="tally">Counts lost lanes.</param>
/// <param name="observer">Is told what is lost.</param>
/// <param name="timeoutSeconds">How long a peer may be silent.</param>
internal sealed class LaneRepair(Mailbox mailbox, DataPump pump, Tally tally, IObserver observer, int timeoutSeconds)
{
    private readonly FailureBackoff _backoff = new(tally, pump, timeoutSeconds);

    /// <summary>A lane has ended.</summary>
    /// <param name="lane">It counts no more.</param>
    /// <param name="cause">What broke it, if something did.</param>
    /// <param name="dials">Whether this side makes the connections.</param>
    public void Lose(ILane lane, Exception? cause, bool dials)
    {
        if (!pump.Lanes.Remove(lane))
        {
            return;
        }

        if (lane.Traits.IsControl)
        {
            // There is no other lane 0. That the channel broke is an event of its own.
            if (cause is ProtocolException)
            {
                throw cause;
            }

            return;
        }

        var reason = cause?.Message ?? "closed by the peer";
        tally.Loss();
        observer.Note(1, $"{lane.Id} lost: {reason}");
        var pause = _backoff.Lose(reason);
        if (dials)
        {
            mailbox.PostLater(pause, new SessionEvent.AskAgain());
        }
    }

    /// <summary>A lane that was to replace another one could not be made.</summary>
    public void Miss(string reason)
    {
        _backoff.Miss(reason);
        observer.Note(1, $"no new data connection: {reason}");
        mailbox.PostLater(FailureBackoff.Pause, new SessionEvent.AskAgain());
    }
}

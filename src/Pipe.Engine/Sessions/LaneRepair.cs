using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Makes broken lanes again as long as there is work left. Runs on the session's thread of control.</summary>
/// <param name="mailbox">Receives the event that it is time to try again.</param>
/// <param name="pump">The pump whose lanes they are.</param>
/// <param name="tally">Counts lost lanes.</param>
/// <param name="observer">Receives the losses.</param>
/// <param name="timeoutSeconds">The longest silence of a peer.</param>
/// <param name="isExcused">Whether failures do not count now: the peer is suspended.</param>
internal sealed class LaneRepair(Mailbox mailbox, DataPump pump, Tally tally, IObserver observer, int timeoutSeconds, Func<bool> isExcused)
{
    private readonly FailureBackoff _backoff = new(tally, pump, timeoutSeconds, isExcused);

    /// <summary>Handles the end of a lane.</summary>
    /// <param name="lane">The lane, which is removed.</param>
    /// <param name="cause">The failure that broke it, if any.</param>
    /// <param name="dials">Whether this side makes the connections.</param>
    /// <param name="isReplaced">Whether this side closed the lane, because another transport performs better.</param>
    public void Lose(ILane lane, Exception? cause, bool dials, bool isReplaced)
    {
        if (!pump.Lanes.Remove(lane))
        {
            return;
        }

        if (lane.Traits.IsControl)
        {
            // Lane 0 cannot be made again. The end of its channel is reported as an event of its own.
            if (cause is ProtocolException)
            {
                throw cause;
            }

            return;
        }

        var pause = isReplaced ? TimeSpan.Zero : CountLoss(lane, cause?.Message ?? "closed by the peer");
        if (dials)
        {
            mailbox.PostLater(pause, new SessionEvent.AskAgain());
        }
    }

    /// <summary>Handles a replacement lane that could not be made.</summary>
    public void Miss(string reason)
    {
        _backoff.Miss(reason);
        observer.Note(1, $"no new data connection: {reason}");
        mailbox.PostLater(FailureBackoff.Pause, new SessionEvent.AskAgain());
    }

    private TimeSpan CountLoss(ILane lane, string reason)
    {
        tally.Loss();
        observer.Note(1, $"{lane.Id} lost: {reason}");
        return _backoff.Lose(reason);
    }
}

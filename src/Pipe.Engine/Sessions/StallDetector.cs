using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Notices on the receiver's side that what was sent does not come: something is missing, the sink has nothing to do, and not a byte
/// comes over any data connection. No network does that to TCP; somebody who holds back what connections carry does.
/// </summary>
/// <param name="pump">Whose data connections these are.</param>
/// <param name="offer">Timeout, and the rate that may make the sender wait.</param>
/// <param name="tally">What has come.</param>
/// <param name="observer">Is told of a standstill.</param>
internal sealed class StallDetector(ReceiverPump pump, Offer offer, Tally tally, IObserver observer) : ILaneMonitor
{
    private static readonly TimeSpan BetweenPolls = TimeSpan.FromSeconds(1);
    private long _bytes = -1;
    private long _bytesBefore = -1;
    private long _since;

    /// <summary>Seconds without a byte that are too many.</summary>
    private double Patience => offer.TimeoutSeconds + (offer.Rate > 0 ? (double)offer.MostLanes * offer.Terms.Block / offer.Rate : 0);

    /// <summary>Looks whether what is missing still comes, and has the connections made again if it does not.</summary>
    /// <exception cref="Failure">Others have been tried, and brought nothing either.</exception>
    public TimeSpan Poll()
    {
        var lanes = pump.Lanes.Data.ToList();
        if (Judge(pump.IsMissing, pump.IsAllSent, lanes.Count > 0 ? lanes.Min(lane => lane.Measure().Silence) : 0))
        {
            observer.Note(1, $"blocks are missing, and {lanes.Count} lanes bring nothing: making them again");
            lanes.ForEach(lane => lane.Shutdown());
        }

        return BetweenPolls;
    }

    /// <summary>True if the connections are no good any more and others should be tried.</summary>
    /// <param name="isMissing">Something is on its way, and nothing else is to be done.</param>
    /// <param name="isAllSent">The sender has sent everything; before that it may have trouble to read what is missing.</param>
    /// <param name="silence">Milliseconds since a byte came over any of them; 0 if there is none.</param>
    private bool Judge(bool isMissing, bool isAllSent, long silence)
    {
        if (!isMissing || tally.Bytes != _bytes || silence == 0)
        {
            (_bytes, _since) = (tally.Bytes, Stopwatch.GetTimestamp());
            return false;
        }

        if (Stopwatch.GetElapsedTime(_since).TotalSeconds < Patience || silence < Patience * 1000)
        {
            return false;
        }

        if (_bytes == _bytesBefore && isAllSent)
        {
            throw new Failure(
                ExitCode.Unreachable,
                $"blocks that were sent do not arrive: the data connections have brought nothing for {(int)Patience} seconds, and new ones neither",
                "something on the way holds them back");
        }

        _bytesBefore = _bytes;
        _since = Stopwatch.GetTimestamp();
        return true;
    }
}

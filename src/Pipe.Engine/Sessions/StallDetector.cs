using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Detects at the receiver that sent data do not arrive: blocks are missing, the sink is idle, and no byte arrives on any data connection. No network
/// does that to TCP; a middlebox that withholds the contents of connections does.
/// </summary>
/// <param name="pump">The pump whose data connections these are.</param>
/// <param name="offer">The offer, for the timeout and for a rate limit that slows the sender.</param>
/// <param name="tally">Counts received bytes.</param>
/// <param name="observer">Receives the note about a stall.</param>
internal sealed class StallDetector(ReceiverPump pump, Offer offer, Tally tally, IObserver observer) : ILaneMonitor
{
    private static readonly TimeSpan BetweenPolls = TimeSpan.FromSeconds(1);
    private long _bytes = -1;
    private long _bytesBefore = -1;
    private long _since;

    /// <summary>Seconds without a byte that count as a stall.</summary>
    private double Patience => offer.TimeoutSeconds + (offer.Rate > 0 ? (double)offer.MostLanes * offer.Terms.Block / offer.Rate : 0);

    /// <summary>Checks whether the missing blocks still arrive, and replaces the connections if not.</summary>
    /// <exception cref="Failure">Replacement connections are silent too.</exception>
    public TimeSpan Poll()
    {
        var lanes = pump.Lanes.Data.ToList();
        if (Judge(pump.IsMissing, pump.IsAllSent, lanes.Count > 0 ? lanes.Min(lane => lane.Measure().Silence) : 0))
        {
            observer.Note(1, $"blocks are missing, and {lanes.Count} lanes are silent: they are replaced");
            lanes.ForEach(lane => lane.Shutdown());
        }

        return BetweenPolls;
    }

    /// <summary>Whether the connections have stalled and should be replaced.</summary>
    /// <param name="isMissing">Whether blocks are in flight and the sink is idle.</param>
    /// <param name="isAllSent">Whether the sender has sent everything; before that it may be slow to read the missing blocks.</param>
    /// <param name="silence">Milliseconds since the last byte on any connection; 0 without connections.</param>
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
                $"blocks that were sent do not arrive: the data connections have been silent for {(int)Patience} seconds, and so have new ones",
                "something on the way holds them back");
        }

        _bytesBefore = _bytes;
        _since = Stopwatch.GetTimestamp();
        return true;
    }
}

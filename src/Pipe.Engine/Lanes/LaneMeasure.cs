using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The measures of a lane since it was made; 0 for unknown values.</summary>
/// <param name="MinRoundTrip">The shortest round trip in microseconds: the path without queues.</param>
/// <param name="RoundTrip">The smoothed round trip in microseconds.</param>
/// <param name="Delivered">Bytes that have reached the other side.</param>
/// <param name="Busy">Microseconds with data to send.</param>
/// <param name="BufferLimited">The part of <paramref name="Busy"/> in which a local or remote buffer limited sending.</param>
/// <param name="Silence">Milliseconds since a byte arrived.</param>
/// <param name="Lost">Bytes that had to be retransmitted.</param>
internal readonly record struct LaneMeasure(long MinRoundTrip, long RoundTrip, long Delivered, long Busy, long BufferLimited, long Silence = 0, long Lost = 0)
{
    /// <summary>The bottleneck that applied for the longest time, where the lane itself knows it.</summary>
    public Bottleneck Limit { get; init; }

    /// <summary>How often the lane has halved the rate that the user has set.</summary>
    public int Brakes { get; init; }

    /// <summary>The part of <see cref="BufferLimited"/> caused by the receiver's buffer.</summary>
    public long ReceiverLimited { get; init; }
}

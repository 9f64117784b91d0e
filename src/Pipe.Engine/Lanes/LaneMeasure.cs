using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What was measured on a lane since it was made; 0 for what is not known.</summary>
/// <param name="MinRoundTrip">Microseconds of the shortest round trip seen: the link without queues.</param>
/// <param name="RoundTrip">Microseconds of a round trip now, smoothed.</param>
/// <param name="Delivered">Bytes that have reached the other side.</param>
/// <param name="Busy">Microseconds in which there was something to send.</param>
/// <param name="BufferLimited">Microseconds of those in which a buffer, here or there, was too small to send more.</param>
/// <param name="Silence">Milliseconds since a byte came.</param>
/// <param name="Lost">Bytes that had to be sent again.</param>
internal readonly record struct LaneMeasure(long MinRoundTrip, long RoundTrip, long Delivered, long Busy, long BufferLimited, long Silence = 0, long Lost = 0)
{
    /// <summary>What has limited the rate for the longest time, where the lane itself knows.</summary>
    public Bottleneck Limit { get; init; }

    /// <summary>The part of <see cref="BufferLimited"/> in which it was the buffer of the receiver.</summary>
    public long ReceiverLimited { get; init; }
}

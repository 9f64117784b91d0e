namespace Pipe.Linux;

/// <summary>What the kernel has measured on a connection since it was made; all 0 where the kernel does not tell.</summary>
/// <param name="LeastRoundTrip">Microseconds of the shortest round trip seen: the link without queues.</param>
/// <param name="RoundTrip">Microseconds of a round trip now, smoothed.</param>
/// <param name="Acknowledged">Bytes that have reached the other side.</param>
/// <param name="Busy">Microseconds in which there was something to send.</param>
/// <param name="Held">Microseconds of those in which a socket buffer, here or there, was too small to send more.</param>
/// <param name="HeldThere">Microseconds of those in which it was the one of the other side: its process does not read.</param>
/// <param name="Silence">Milliseconds since a byte came.</param>
/// <param name="Lost">Bytes that were sent again.</param>
internal readonly record struct TcpMeasure(long LeastRoundTrip, long RoundTrip, long Acknowledged, long Busy, long Held, long HeldThere, long Silence, long Lost);

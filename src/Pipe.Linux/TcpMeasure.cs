namespace Pipe.Linux;

/// <summary>TCP_INFO of a connection, measured since it was made; a value that the kernel does not provide is 0.</summary>
/// <param name="MinRoundTrip">Microseconds of the shortest round trip: the path without queues.</param>
/// <param name="RoundTrip">Microseconds of the smoothed round trip.</param>
/// <param name="Acknowledged">Bytes that the peer has acknowledged.</param>
/// <param name="Busy">Microseconds with data to send.</param>
/// <param name="BufferLimited">Microseconds of <paramref name="Busy"/> limited by a socket buffer, the sender's or the receiver's.</param>
/// <param name="ReceiverLimited">Microseconds of <paramref name="BufferLimited"/> limited by the receiver's buffer: its process does not read.</param>
/// <param name="Silence">Milliseconds since the last byte arrived.</param>
/// <param name="Lost">Bytes retransmitted.</param>
internal readonly record struct TcpMeasure(long MinRoundTrip, long RoundTrip, long Acknowledged, long Busy, long BufferLimited, long ReceiverLimited, long Silence, long Lost);

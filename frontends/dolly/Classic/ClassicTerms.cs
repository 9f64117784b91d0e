namespace Pipe.Dolly;

/// <summary>The settings of the classic protocol at one end.</summary>
/// <param name="BlockSize">Bytes of a read or write. With extra links both ends must use the same, 4096 in dolly.</param>
/// <param name="Idle">The longest wait for any other machine.</param>
/// <param name="Retries">How many more times a connection that fails is tried; one that is refused is tried until the limit.</param>
/// <param name="SegmentSize">TCP_MAXSEG of data connections; 0 for the system's.</param>
/// <param name="BufferSize">Socket buffer of data connections; 0 for the system's.</param>
internal sealed record ClassicTerms(int BlockSize, TimeSpan Idle, int Retries, int SegmentSize, int BufferSize)
{
    public const int KnockPort = 9996;
    public const int ControlPort = 9997;
    public const int DataPort = 9998;

    /// <summary>The block size of dolly 0.5x, in which extra links take turns.</summary>
    public const int LinkBlock = 4096;

    /// <summary>Bytes of the message with which the data end and are acknowledged.</summary>
    public const int TotalSize = sizeof(ulong);
}

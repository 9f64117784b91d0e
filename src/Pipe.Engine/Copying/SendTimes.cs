using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pipe.Engine;

/// <summary>Where the threads of a sender's data lanes spend their time; summed up over all of them, in ticks of <see cref="Stopwatch"/>.</summary>
internal sealed class SendTimes
{
    private readonly long[] _times = new long[Enum.GetValues<SendTime>().Length];

    public long this[SendTime use] => Volatile.Read(ref _times[(int)use]);

    /// <summary>Counts the time since then, and gives the time now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Add(SendTime use, long since)
    {
        var now = Stopwatch.GetTimestamp();
        Interlocked.Add(ref _times[(int)use], now - since);
        return now;
    }
}

/// <summary>What a thread that sends blocks does, or waits for.</summary>
internal enum SendTime
{
    /// <summary>Reads, or waits for something to read.</summary>
    Source,

    /// <summary>Waits until the receiver has done with blocks that it was sent.</summary>
    Window,

    /// <summary>Waits so as to keep to the rate that was asked for.</summary>
    Rate,

    /// <summary>Makes digests.</summary>
    Digest,

    /// <summary>Is in the lane.</summary>
    Lane,
}

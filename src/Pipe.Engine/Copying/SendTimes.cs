using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pipe.Engine;

/// <summary>Where the threads of a sender's data lanes spend their time: the sum over all threads, in ticks of <see cref="Stopwatch"/>.</summary>
internal sealed class SendTimes
{
    private readonly long[] _times = new long[Enum.GetValues<SendTime>().Length];

    public long this[SendTime use] => Volatile.Read(ref _times[(int)use]);

    /// <summary>Adds the time since then, and returns the current time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Add(SendTime use, long since)
    {
        var now = Stopwatch.GetTimestamp();
        Interlocked.Add(ref _times[(int)use], now - since);
        return now;
    }
}

/// <summary>The activities of a thread that sends blocks.</summary>
internal enum SendTime
{
    /// <summary>Reading, or waiting for data.</summary>
    Source,

    /// <summary>Waiting for the receiver to finish with earlier blocks.</summary>
    Window,

    /// <summary>Waiting to keep to the rate limit.</summary>
    Rate,

    /// <summary>Computing digests.</summary>
    Digest,

    /// <summary>Sending on the lane.</summary>
    Lane,
}

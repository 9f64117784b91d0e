namespace Pipe.Engine;

/// <summary>How a clone is run. Those with a setter can be changed by messages.</summary>
internal sealed class CloneTerms
{
    public const int DefaultIoTimeoutSeconds = 30;
    public const int DefaultMaxFailures = 5;
    private const long DefaultThresholdBytes = 4 << 20;
    private const long DefaultBatchBytes = 1 << 20;

    /// <summary>Of dm-clone: <c>no_hydration</c> is not among the features.</summary>
    public bool IsHydrationEnabled { get; set; } = true;

    /// <summary>Failures have ended the hydration, not the user.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Discards are passed to the destination.</summary>
    public bool PassesDiscards { get; init; } = true;

    /// <summary>Regions of the background on their way.</summary>
    public long Threshold { get; set; }

    /// <summary>The threshold is a limit: the user has set it.</summary>
    public bool IsThresholdSet { get; set; }

    /// <summary>Regions of one request.</summary>
    public long Batch { get; set; }

    /// <summary>Words of the core arguments that the user has given, for the table.</summary>
    public bool IsBatchSet { get; set; }

    public int IoTimeoutSeconds { get; init; } = DefaultIoTimeoutSeconds;

    /// <summary>Failures in a row after which the background stops.</summary>
    public int MaxFailures { get; init; } = DefaultMaxFailures;

    /// <summary>Bytes a second of the background at most; 0: any number.</summary>
    public long Rate { get; set; }

    /// <summary>Sets what the user has not, for regions of that size.</summary>
    public void Complete(long region)
    {
        Batch = IsBatchSet ? Batch : Math.Max(1, DefaultBatchBytes / region);
        Threshold = IsThresholdSet ? Threshold : Math.Max(1, DefaultThresholdBytes / region);
    }
}

namespace Pipe.Engine;

/// <summary>What has stopped background hydration.</summary>
internal enum StopCause
{
    None,

    /// <summary>The source did not deliver. A new connection to it lets background hydration continue.</summary>
    Source,

    /// <summary>The destination did not store.</summary>
    Destination,
}

/// <summary>The settings of a running clone. Messages can change those with a setter.</summary>
internal sealed class CloneTerms
{
    public const int DefaultIoTimeoutSeconds = 30;
    public const int DefaultMaxFailures = 5;
    private const long DefaultThresholdBytes = 4 << 20;
    private const long DefaultBatchBytes = 1 << 20;

    /// <summary>Whether background hydration is enabled; <c>no_hydration</c> in dm-clone turns it off.</summary>
    public bool IsHydrationEnabled { get; set; } = true;

    /// <summary>The failures that have stopped background hydration, unless the user has sent a message since.</summary>
    public StopCause StoppedBy { get; set; }

    /// <summary>Whether discards are passed to the destination.</summary>
    public bool PassesDiscards { get; init; } = true;

    /// <summary>Maximum regions in flight for background hydration.</summary>
    public long Threshold { get; set; }

    /// <summary>Whether the user has set the threshold, which then replaces the automatic window.</summary>
    public bool IsThresholdSet { get; set; }

    /// <summary>Maximum regions in one background request.</summary>
    public long Batch { get; set; }

    /// <summary>Whether the user has set the batch size.</summary>
    public bool IsBatchSet { get; set; }

    public int IoTimeoutSeconds { get; init; } = DefaultIoTimeoutSeconds;

    /// <summary>Number of consecutive failures that stops background hydration.</summary>
    public int MaxFailures { get; init; } = DefaultMaxFailures;

    /// <summary>Rate limit of background hydration in bytes per second; 0 for no limit.</summary>
    public long Rate { get; set; }

    /// <summary>Sets the defaults for the given region size, where the user has not set a value.</summary>
    public void Complete(long region)
    {
        Batch = IsBatchSet ? Batch : Math.Max(1, DefaultBatchBytes / region);
        Threshold = IsThresholdSet ? Threshold : Math.Max(1, DefaultThresholdBytes / region);
    }
}

namespace Pipe.Archives;

/// <summary>The intervals of queries and retries. Repeated waits begin with the short time and double up to the long one.</summary>
internal sealed record MigrationPace
{
    public static readonly MigrationPace Usual = new();

    /// <summary>Between two state queries for a file in progress.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan SlowestPoll { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After a command that asked to retry later.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan SlowestRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a request may remain invisible before it counts as lost.</summary>
    public TimeSpan Lost { get; init; } = TimeSpan.FromMinutes(2);

    public TimeSpan SlowestLost { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Between two messages about a wait.</summary>
    public TimeSpan Words { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Factor for the profiles' time limits and minimum ages; small in tests.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The maximum time limit of any command, whatever its profile says.</summary>
    public TimeSpan LongestCall { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The pace for a wait with that limit: a request that seems lost is repeated before the wait ends.</summary>
    public MigrationPace Within(TimeSpan patience) => patience / 3 < Lost ? this with { Lost = patience / 3 } : this;

    public TimeSpan LimitOf(VerbCall call) => call.Limit * Scale < LongestCall ? call.Limit * Scale : LongestCall;

    public static TimeSpan Backoff(TimeSpan shortest, TimeSpan longest, int times) =>
        TimeSpan.FromTicks((long)Math.Min(longest.Ticks, shortest.Ticks * Math.Pow(2, Math.Min(times, 30))));
}

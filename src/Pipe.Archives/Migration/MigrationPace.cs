namespace Pipe.Archives;

/// <summary>How often and how soon things are asked for. Waits that repeat begin with the short time and double up to the long one.</summary>
internal sealed record MigrationPace
{
    public static readonly MigrationPace Usual = new();

    /// <summary>Between two looks at a file that is on its way.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan SlowestPoll { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After a command that said: not now.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan SlowestRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long nothing may be seen of a request before it counts as lost.</summary>
    public TimeSpan Lost { get; init; } = TimeSpan.FromMinutes(2);

    public TimeSpan SlowestLost { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Between two words about a wait.</summary>
    public TimeSpan Words { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What time limits and minimum ages of the profiles are multiplied by; tests are in a hurry.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>No command may take longer, whatever its profile grants it.</summary>
    public TimeSpan LongestCall { get; init; } = TimeSpan.FromDays(1);

    /// <summary>For somebody who waits that long at most: what seems lost is asked for again before he gives up.</summary>
    public MigrationPace Within(TimeSpan patience) => patience / 3 < Lost ? this with { Lost = patience / 3 } : this;

    public TimeSpan LimitOf(VerbCall call) => call.Limit * Scale < LongestCall ? call.Limit * Scale : LongestCall;

    public static TimeSpan Backoff(TimeSpan shortest, TimeSpan longest, int times) =>
        TimeSpan.FromTicks((long)Math.Min(longest.Ticks, shortest.Ticks * Math.Pow(2, Math.Min(times, 30))));
}

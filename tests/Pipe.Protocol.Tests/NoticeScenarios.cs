namespace Pipe.Protocol.Tests;

/// <summary>The vectors of what a side tells about its disk and its user.</summary>
internal static class NoticeScenarios
{
    public static IReadOnlyList<Vector> All { get; } = [.. Spaces(), .. Pauses()];

    private static IEnumerable<Vector> Spaces()
    {
        var space = Samples.Payloads(Samples.Space);
        yield return Scenarios.Good("space", MessageType.Space, "3 GiB", space);
        yield return Scenarios.Bad("space_negative", MessageType.Space, "room of 2^63 bytes", "space: a size of 9223372036854775808 bytes", BitConverter.GetBytes(1UL << 63));
        yield return Scenarios.Bad("space_cut", MessageType.Space, "a size cut short", "space: cut short", space[..^1]);
        yield return Scenarios.Bad("space_trailing", MessageType.Space, "a byte after the size", "space: 1 bytes too many", [.. space, 0]);
    }

    private static IEnumerable<Vector> Pauses()
    {
        var paused = Samples.Payloads(Samples.Paused);
        yield return Scenarios.Good("paused", MessageType.Paused, "a pause of a week", paused);
        yield return Scenarios.Good("paused_over", MessageType.Paused, "the end of a pause", Samples.Payloads(new Paused(0)));
        yield return Scenarios.Bad("paused_long", MessageType.Paused, "a pause beyond the limit", $"paused: pause is {Limits.MaxPauseSeconds + 1}, not 0 to {Limits.MaxPauseSeconds}", BitConverter.GetBytes(Limits.MaxPauseSeconds + 1));
        yield return Scenarios.Bad("paused_cut", MessageType.Paused, "a pause cut short", "paused: cut short", paused[..^1]);
        yield return Scenarios.Bad("paused_trailing", MessageType.Paused, "a byte after the seconds", "paused: 1 bytes too many", [.. paused, 0]);
    }
}

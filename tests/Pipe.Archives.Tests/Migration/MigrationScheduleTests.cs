using System.Globalization;
using Xunit.Abstractions;

namespace Pipe.Archives.Tests;

/// <summary>A few of the schedules; PIPE_MIGRATION_SCHEDULES says how many, PIPE_MIGRATION_SEED with which to begin. tests/soak/run runs a thousand.</summary>
public sealed class MigrationScheduleTests(ITestOutputHelper output)
{
    private const int Few = 27;

    [Fact]
    public void No_file_is_released_without_a_copy_or_read_without_a_recall_and_every_hang_ends()
    {
        var first = Number("PIPE_MIGRATION_SEED", 1);
        var count = Number("PIPE_MIGRATION_SCHEDULES", Few);
        output.WriteLine($"seeds {first} to {first + count - 1}");
        Assert.Empty(MigrationSchedule.RunAll(first, count));
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

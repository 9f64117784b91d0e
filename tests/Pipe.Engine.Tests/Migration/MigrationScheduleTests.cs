using System.Globalization;
using Xunit.Abstractions;

namespace Pipe.Engine.Tests.Migration;

/// <summary>PIPE_MIGRATION_SCHEDULES is how many to run, PIPE_MIGRATION_SEED the first seed.</summary>
public sealed class MigrationScheduleTests(ITestOutputHelper output)
{
    private const int Few = 36;
    private const int AtATime = 4;

    [Fact]
    public async Task No_file_is_released_without_a_copy_or_read_without_a_recall_and_every_hang_ends()
    {
        var first = Number("PIPE_MIGRATION_SEED", 1);
        var end = first + Number("PIPE_MIGRATION_SCHEDULES", Few);
        output.WriteLine($"seeds {first} to {end - 1}");
        var next = first - 1;
        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var seed = Interlocked.Increment(ref next); seed < end; seed = Interlocked.Increment(ref next))
                {
                    Run(seed);
                }
            },
            TaskCreationOptions.LongRunning)));
    }

    private static void Run(int seed)
    {
        try
        {
            using var schedule = new MigrationSchedule(seed);
            schedule.RunToTheEnd();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"PIPE_MIGRATION_SEED={seed} PIPE_MIGRATION_SCHEDULES=1: {e.Message}", e);
        }
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

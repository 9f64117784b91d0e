using System.Globalization;
using Pipe.Linux;

namespace Pipe.Archives.Tests;

/// <summary>A process of its own for tests that kill one, and for tests/soak.</summary>
internal static class Host
{
    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["migrations", var first, var count]:
                var failures = MigrationSchedule.RunAll(int.Parse(first, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture));
                failures.ToList().ForEach(Console.WriteLine);
                return failures.Count == 0 ? 0 : 1;
            case ["run-group", var command]:
                GroupRun.Run(["/bin/sh", "-c", command], [], TimeSpan.FromHours(1), new TaskCompletionSource().Task);
                return 0;
            default:
                return 2;
        }
    }
}

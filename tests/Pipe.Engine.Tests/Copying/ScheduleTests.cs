namespace Pipe.Engine.Tests;

public sealed class ScheduleTests
{
    private static readonly int Schedules = Environment.GetEnvironmentVariable("PIPE_TESTS") == "whole" ? 500 : 250;
    private const int AtATime = 4;

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public Task A_file_reaches_a_file_whole_and_once_whatever_happens_to_its_lanes() => RunAll(isStream: false, isOrdered: false);

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public Task A_file_reaches_a_pipe_whole_once_and_in_order_whatever_happens_to_its_lanes() => RunAll(isStream: false, isOrdered: true);

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public Task A_pipe_reaches_a_file_whole_and_once_whatever_happens_to_its_lanes() => RunAll(isStream: true, isOrdered: false);

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public Task A_pipe_reaches_a_pipe_whole_once_and_in_order_whatever_happens_to_its_lanes() => RunAll(isStream: true, isOrdered: true);

    private static async Task RunAll(bool isStream, bool isOrdered)
    {
        var next = 0;
        var runners = Enumerable.Range(0, AtATime).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var seed = Interlocked.Increment(ref next); seed <= Schedules; seed = Interlocked.Increment(ref next))
                {
                    using var schedule = new Schedule(seed, isStream, isOrdered);
                    schedule.RunToTheEnd();
                }
            },
            TaskCreationOptions.LongRunning));
        await Task.WhenAll(runners);
    }
}

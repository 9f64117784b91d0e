using System.Diagnostics;

namespace Pipe.Engine.Tests;

public sealed class PaceTests
{
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Without_a_limit_nobody_waits()
    {
        var pace = new Pace(0);
        var started = Stopwatch.GetTimestamp();

        await Limit.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                pace.Await(int.MaxValue, new SendWindow(1));
            }
        });

        Assert.True(Stopwatch.GetElapsedTime(started).TotalSeconds < 20);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Threads_that_share_it_are_together_no_faster_than_it_says()
    {
        const int rate = 1_000_000;
        const int bytes = 20_000;
        var pace = new Pace(rate);
        var started = Stopwatch.GetTimestamp();

        // A tenth of a second may be caught up, and the last one of each thread goes before its time is up.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Limit.Of(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                pace.Await(bytes, new SendWindow(1));
            }
        })));

        var least = (40.0 * bytes / rate) - 0.1 - (4.0 * bytes / rate);
        Assert.True(Stopwatch.GetElapsedTime(started).TotalSeconds >= least, $"{Stopwatch.GetElapsedTime(started)}");
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Time_that_was_not_used_is_not_saved_up()
    {
        const int rate = 1_000_000;
        var pace = new Pace(rate);
        await Task.Delay(600);
        var started = Stopwatch.GetTimestamp();

        await Limit.Of(() =>
        {
            for (var i = 0; i < 11; i++)
            {
                pace.Await(50_000, new SendWindow(1));
            }
        });

        Assert.True(Stopwatch.GetElapsedTime(started).TotalSeconds >= 0.35, $"{Stopwatch.GetElapsedTime(started)}");
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Who_waits_for_a_lane_that_is_lost_waits_no_longer_and_leaves_its_turn_to_others()
    {
        var pace = new Pace(1);
        var lost = new SendWindow(1);
        pace.Await(1, lost);
        var waiting = Limit.Of(() => Assert.False(pace.Await(1_000_000, lost)));
        await Task.Delay(100);
        lost.Close();
        await waiting;

        await Limit.Of(() => Assert.True(pace.Await(0, new SendWindow(1))));
    }
}

using System.Diagnostics;

namespace Pipe.Engine.Tests;

/// <summary>Runs what may block on a thread of its own, and fails the test when it does not come back.</summary>
internal static class Limit
{
    public const int Milliseconds = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Task<T> Of<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        thread.IsBackground = true;
        thread.Start();
        return done.Task.WaitAsync(Patience);
    }

    public static Task Of(Action work) => Of(() =>
    {
        work();
        return true;
    });

    /// <summary>Waits until that is so; false if it never is.</summary>
    public static async Task<bool> Until(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                return false;
            }

            await Task.Delay(5);
        }

        return true;
    }
}

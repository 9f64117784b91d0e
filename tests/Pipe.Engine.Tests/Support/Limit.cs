using System.Diagnostics;

namespace Pipe.Engine.Tests;

/// <summary>Runs work that might block on a separate thread, and fails the test if it hangs.</summary>
internal static class Limit
{
    public const int Milliseconds = 60_000;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

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
        return done.Task.WaitAsync(Timeout);
    }

    public static Task Of(Action work) => Of(() =>
    {
        work();
        return true;
    });

    /// <summary>Waits until a condition holds; false on timeout.</summary>
    public static async Task<bool> Until(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Timeout)
            {
                return false;
            }

            await Task.Delay(5);
        }

        return true;
    }
}

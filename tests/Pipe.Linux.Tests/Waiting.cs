namespace Pipe.Linux.Tests;

/// <summary>Threads that wait, and tests that do not wait for ever.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs on a thread of its own; the result rethrows its exception.</summary>
    public static Task<T> Start<T>(Func<T> work)
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
        return done.Task;
    }

    public static Task Start(Action work) => Start(() =>
    {
        work();
        return true;
    });

    public static async Task<T> Soon<T>(this Task<T> task) => await task.WaitAsync(Patience);

    public static async Task Soon(this Task task) => await task.WaitAsync(Patience);

    /// <summary>It waits now, and does not end by itself. A machine that is too slow can only make this pass.</summary>
    public static async Task StillWaits(this Task task)
    {
        await Task.WhenAny(task, Task.Delay(100));
        Assert.False(task.IsCompleted);
    }

    public static async Task Until(Func<bool> condition)
    {
        var end = DateTime.UtcNow + Patience;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end, "it did not come to pass");
            await Task.Delay(10);
        }
    }
}

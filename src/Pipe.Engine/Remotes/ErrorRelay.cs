using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// Forwards ssh's standard error to ours. ssh does not inherit ours, because a kept login may hold the descriptor, and the reader of our standard error
/// would wait for the login to end.
/// </summary>
internal sealed class ErrorRelay : IDisposable
{
    private readonly Fd _input;
    private readonly Wake _wake = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="input">Owned by this object from here on.</param>
    public ErrorRelay(Fd input)
    {
        _input = input;
        DataThread.Start("standard error", Run);
    }

    /// <summary>The child has exited: forwards what is buffered, then stops.</summary>
    public Task FinishAsync()
    {
        _wake.Signal();
        return _done.Task;
    }

    /// <summary>Called after <see cref="FinishAsync"/> has completed.</summary>
    public void Dispose() => _wake.Dispose();

    private void Run()
    {
        var error = new Fd(2, "standard error");
        var some = new byte[4096];
        try
        {
            while (_wake.Readable(_input) || Wake.HasInput(_input))
            {
                var count = _input.Read(some);
                if (count == 0)
                {
                    break;
                }

                error.WriteAll(some.AsSpan(0, count));
            }
        }
        catch (LinuxException)
        {
            // Our standard error has no reader.
        }

        error.Release();
        _input.Dispose();
        _done.SetResult();
    }
}

using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// Passes on what ssh says to standard error. A login that is kept may hold the descriptor that it was started with, and whoever reads
/// our standard error would wait for it to end.
/// </summary>
internal sealed class ErrorRelay : IDisposable
{
    private readonly Fd _input;
    private readonly Wake _wake = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="input">Owned from here on.</param>
    public ErrorRelay(Fd input)
    {
        _input = input;
        DataThread.Start("standard error", Run);
    }

    /// <summary>Whoever counts has said all: what is there is still passed on, and no more is waited for.</summary>
    public Task FinishAsync()
    {
        _wake.Signal();
        return _done.Task;
    }

    /// <summary>Once it has finished.</summary>
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
            // Nobody reads our words.
        }

        error.Release();
        _input.Dispose();
        _done.SetResult();
    }
}

namespace Pipe.Archives;

/// <summary>Ends, from any thread and for good, the commands that run and the waits for them.</summary>
internal sealed class Halt
{
    private readonly TaskCompletionSource _raised = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsRaised => _raised.Task.IsCompleted;

    public Task Raised => _raised.Task;

    public void Raise() => _raised.TrySetResult();
}

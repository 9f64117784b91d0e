namespace Pipe.Archives;

/// <summary>Cancels running commands and waits for them, from any thread and permanently.</summary>
internal sealed class Cancellation
{
    private readonly TaskCompletionSource _raised = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsRaised => _raised.Task.IsCompleted;

    public Task Raised => _raised.Task;

    public void Raise() => _raised.TrySetResult();
}

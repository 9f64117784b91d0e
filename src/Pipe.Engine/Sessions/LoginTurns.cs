using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Limits concurrent logins, and lets only one at a time prompt for a password, because two would compete for the terminal.</summary>
/// <param name="most">Maximum number of concurrent logins.</param>
internal sealed class LoginTurns(int most) : IDisposable
{
    private readonly SemaphoreSlim _logins = new(most);
    private readonly SemaphoreSlim _prompts = new(1);
    private readonly CancellationTokenSource _over = new();
    private Failure? _failure;

    /// <summary>Ends all waits for a login: the copy has failed.</summary>
    public void Fail(Failure failure)
    {
        _failure ??= failure;
        _over.Cancel();
    }

    public void Dispose()
    {
        _logins.Dispose();
        _prompts.Dispose();
        _over.Dispose();
    }

    private async Task WaitAsync(SemaphoreSlim turn, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, cancel);
        try
        {
            await turn.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            throw _failure ?? new Failure(ExitCode.Interrupted, "interrupted");
        }
    }

    /// <summary>One connection's turn to log in.</summary>
    internal sealed class Turn(LoginTurns turns) : IDisposable
    {
        private bool _isLoggingIn;
        private bool _isPrompting;

        /// <summary>Waits until a login may begin. A login that replaces another one has the turn already.</summary>
        /// <exception cref="Failure">The copy failed meanwhile.</exception>
        public async Task TakeAsync(bool mayPrompt, CancellationToken cancel)
        {
            if (!_isLoggingIn)
            {
                await turns.WaitAsync(turns._logins, cancel);
                _isLoggingIn = true;
            }

            if (mayPrompt && !_isPrompting)
            {
                await turns.WaitAsync(turns._prompts, cancel);
                _isPrompting = true;
            }
        }

        /// <summary>The login has finished, or failed: the next one may begin.</summary>
        public void Dispose()
        {
            if (_isPrompting)
            {
                turns._prompts.Release();
            }

            if (_isLoggingIn)
            {
                turns._logins.Release();
            }

            (_isPrompting, _isLoggingIn) = (false, false);
        }
    }
}

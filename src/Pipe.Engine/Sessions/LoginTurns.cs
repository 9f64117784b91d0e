using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Lets so many logins run at a time, and only one that may ask for a password: two would take the terminal from each other.</summary>
/// <param name="most">Logins at a time.</param>
internal sealed class LoginTurns(int most) : IDisposable
{
    private readonly SemaphoreSlim _logins = new(most);
    private readonly SemaphoreSlim _prompts = new(1);
    private readonly CancellationTokenSource _over = new();
    private Failure? _failure;

    /// <summary>No login waits any longer: the copy has failed.</summary>
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

    /// <summary>The turn of one connection.</summary>
    internal sealed class Turn(LoginTurns turns) : IDisposable
    {
        private bool _isLoggingIn;
        private bool _isPrompting;

        /// <summary>Waits until a login may begin. A login that takes the place of another one has the turn already.</summary>
        /// <exception cref="Failure">The copy has failed meanwhile.</exception>
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

        /// <summary>The login is through, or has failed: the next one may begin.</summary>
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

using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class LoginTurnsTests
{
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task So_many_logins_run_at_a_time()
    {
        using var turns = new LoginTurns(2);
        var all = Enumerable.Range(0, 4).Select(_ => new LoginTurns.Turn(turns)).ToList();
        var taken = all.ConvertAll(turn => turn.TakeAsync(mayPrompt: false, CancellationToken.None));
        Assert.Equal([true, true, false, false], taken.Select(one => one.IsCompletedSuccessfully));
        all[0].Dispose();
        all[0].Dispose();
        await taken[2];
        Assert.False(taken[3].IsCompleted);
        all[1].Dispose();
        await taken[3];
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task One_login_may_ask_for_a_password_at_a_time()
    {
        using var turns = new LoginTurns(3);
        using var first = new LoginTurns.Turn(turns);
        using var second = new LoginTurns.Turn(turns);
        using var third = new LoginTurns.Turn(turns);
        await first.TakeAsync(mayPrompt: true, CancellationToken.None);
        var waiting = second.TakeAsync(mayPrompt: true, CancellationToken.None);
        await third.TakeAsync(mayPrompt: false, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        first.Dispose();
        await waiting;
    }

    /// <summary>A login that was kept leads nowhere, and the new one may prompt.</summary>
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_login_that_is_made_again_has_its_turn_already()
    {
        using var turns = new LoginTurns(1);
        using var turn = new LoginTurns.Turn(turns);
        await turn.TakeAsync(mayPrompt: false, CancellationToken.None);
        await turn.TakeAsync(mayPrompt: true, CancellationToken.None);
        await turn.TakeAsync(mayPrompt: true, CancellationToken.None);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Who_waits_is_told_that_the_copy_has_failed_or_is_interrupted()
    {
        using var turns = new LoginTurns(1);
        using var first = new LoginTurns.Turn(turns);
        using var second = new LoginTurns.Turn(turns);
        using var third = new LoginTurns.Turn(turns);
        using var interruption = new CancellationTokenSource();
        await first.TakeAsync(mayPrompt: false, CancellationToken.None);
        var interrupted = second.TakeAsync(mayPrompt: false, interruption.Token);
        var failed = third.TakeAsync(mayPrompt: false, CancellationToken.None);
        interruption.Cancel();
        Assert.Equal(ExitCode.Interrupted, (await Assert.ThrowsAsync<Failure>(() => interrupted)).Code);
        Assert.False(failed.IsCompleted);
        turns.Fail(new Failure(ExitCode.NoSpace, "no room"));
        Assert.Equal(ExitCode.NoSpace, (await Assert.ThrowsAsync<Failure>(() => failed)).Code);
    }
}

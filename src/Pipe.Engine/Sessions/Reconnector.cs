using System.Diagnostics;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The initiator's recovery: logs in again, if that needs no prompt, and asks for the session.</summary>
/// <param name="plan">The plan, for the timeout.</param>
/// <param name="access">How to reach the remote host.</param>
/// <param name="offer">The offer, for the session.</param>
/// <param name="start">This side's initial state.</param>
/// <param name="mailbox">Receives the new link.</param>
/// <param name="tally">The heartbeat's counters.</param>
/// <param name="current">The remote shell that has ended.</param>
internal sealed class Reconnector(Plan plan, Access access, Offer offer, ChannelStart start, Mailbox mailbox, Tally tally, Func<RemoteShell> current) : IRecovery, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(30);
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(ResumeListener.Patience(plan.TimeoutSeconds));
    private Timer? _deadline;
    private long _since;

    public void Begin(Exception? cause)
    {
        var isFirst = _deadline is null;
        if (isFirst)
        {
            _since = Stopwatch.GetTimestamp();
            _deadline = new Timer(_ => mailbox.Post(new SessionEvent.Failed(TooLate())), null, TimeLeft(), Timeout.InfiniteTimeSpan);
        }

        _ = BeginAsync(isFirst, cause);
    }

    public void Succeeded()
    {
        Dispose();
        _deadline = null;
    }

    public void Dispose() => _deadline?.Dispose();

    /// <summary>The timeout less the silence so far, but at least the time that the remote end waits.</summary>
    private TimeSpan TimeLeft()
    {
        var left = TimeSpan.FromSeconds(plan.TimeoutSeconds) - current().Control.Silence;
        return left < _patience ? _patience : left < LongestTimer ? left : LongestTimer;
    }

    private Failure TooLate() => new Failure(
        ExitCode.Unreachable,
        "the connection ended unexpectedly, and no new login restored the session in time",
        $"{OptionWord.Timeout} SECONDS allows more").At(plan.Remote.Name);

    private async Task BeginAsync(bool isFirst, Exception? cause)
    {
        if ((isFirst && !await MayRetryAsync()) || Stopwatch.GetElapsedTime(_since) > _patience)
        {
            mailbox.Post(new SessionEvent.Failed(new PeerLost(cause)));
            return;
        }

        if (!isFirst)
        {
            await Task.Delay(Pause);
        }

        try
        {
            if (await current().ExitAsync() is null)
            {
                // ssh hangs, and so would every program that shares its login.
                access.Kept?.Forget();
            }

            LogIn();
        }
        catch (Exception e) when (e is Failure or LinuxException)
        {
            mailbox.Post(new SessionEvent.Failed(new PeerLost(e)));
        }
    }

    /// <summary>
    /// Only ssh can be asked not to prompt, and only an exit of ssh itself is worth a new login: a remote command that exited would exit again.
    /// </summary>
    private async Task<bool> MayRetryAsync() =>
        access.Launcher.CanRelaunch && await current().ExitAsync() is null or { Kind: RemoteExitKind.LoginFailed or RemoteExitKind.Killed };

    private void LogIn()
    {
        Cryptography.Require();
        var shell = RemoteShell.Start(access, isQuiet: true);
        var link = new Link(shell.Control, mailbox, start.Lost, tally, plan.TimeoutSeconds, plan.Remote.Name);
        mailbox.Post(new SessionEvent.Relinked(link, shell));
        var peer = new Peer(link, mailbox, "");
        peer.Greet(Version.Program);
        peer.Send(Resume.Of(offer.Session, offer.Secret));
    }
}

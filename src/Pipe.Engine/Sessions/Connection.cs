using System.Net;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The connection to the program on a remote host: logs in, installs the program if asked to, exchanges greetings, agrees on the copy, and diagnoses
/// why the connection ended.
/// </summary>
/// <param name="edge">The copy whose remote host this is.</param>
/// <param name="mailbox">The session's mailbox.</param>
/// <param name="turns">Limits concurrent logins.</param>
/// <param name="transports">The transports allowed for data lanes, best first.</param>
internal sealed class Connection(Edge edge, Mailbox mailbox, LoginTurns turns, IReadOnlyList<ILaneTransport> transports) : IDisposable
{
    private readonly Plan _plan = edge.Plan;
    private readonly IObserver _observer = edge.Observer;
    private readonly LoginTurns.Turn _turn = new(turns);
    private Access? _access;
    private Login? _login;
    private Peer? _peer;
    private KnownAddresses? _known;
    private CancellationToken _cancel;

    /// <summary>What this side does with blocks.</summary>
    public Role Role { private get; init; } = edge.Plan.Direction == Direction.Write ? Role.Sender : Role.Receiver;

    /// <summary>The remote program; set once there is an offer for it.</summary>
    public Peer Peer => _peer!;

    /// <summary>The address of the remote host, if its launcher knows it.</summary>
    public IPAddress? PeerAddress => Shell.PeerAddress;

    /// <summary>The remote host's addresses, independent of what it announces; called after the login.</summary>
    public KnownAddresses Known => _known ??= new KnownAddresses(_access!, PeerAddress);

    private RemoteShell Shell => _login!.Shell;

    private string Name => _plan.Remote.Name;

    private ChannelStart Start => ChannelStart.Initiator(Role);

    /// <summary>Waits for its turn and logs in. With -bootstrap, installs the program on the remote host first.</summary>
    public async Task LogInAsync(CancellationToken cancel)
    {
        _cancel = cancel;
        _access = Access.Of(_plan) with { GivenLauncher = edge.Launcher, Errors = _observer.Errors };
        await TakeTurnAsync();
        _login = new Login(_access.Kept?.TakeSpare(_access) ?? RemoteShell.Start(_access));
        if (_access.Program is { } program)
        {
            await InstallAsync(program);
        }
    }

    /// <summary>Sends the greeting and the offer at once, before it reads anything, and returns the remote end's terms.</summary>
    public async Task<Accept> AgreeAsync(Offer offer)
    {
        _peer = new Peer(NewLink(), mailbox, Name)
        {
            Role = Start.Role,
            Waits = words => _observer.Waiting(Name, words),
        };
        await GreetAsync(offer);
        var accept = await ReceiveAcceptAsync(offer);
        _access!.Kept?.Remember();
        return accept;
    }

    /// <summary>Creates the recovery that logs in again when this login breaks.</summary>
    public Reconnector Recovery(Offer offer) => new(_plan, _access!, offer, Start, mailbox, edge.Tally, () => Shell);

    /// <summary>Takes over the remote shell of a new login, over which the session has resumed.</summary>
    public void Replace(RemoteShell shell) => _login!.Replace(shell);

    /// <summary>Returns once all output of the remote program has been received.</summary>
    public Task CloseAsync() => Shell.CloseAsync();

    /// <summary>Returns the exception to show to the user for a failed session, and tells the remote end of the failure if it does not know.</summary>
    public async Task<Exception> ExplainAsync(Exception e)
    {
        var verdict = e switch
        {
            PeerGaveUp gaveUp => gaveUp.Failure,
            PeerLost lost => (await Shell.ExplainEndAsync(lost.InnerException)).At(Name),
            ProtocolException => Failure.Of(e).At(Name),
            _ => e,
        };
        if (verdict is Failure failure && e is not (PeerGaveUp or PeerLost))
        {
            _peer?.Send(new Abort(failure.Code, failure.ToldPeer, failure.Hint));
        }

        return verdict;
    }

    public void Dispose()
    {
        _turn.Dispose();
        _peer?.Dispose();
        _login?.Dispose();
        _access?.Kept?.Dispose();
    }

    private Task TakeTurnAsync() => _turn.TakeAsync(_plan.Remote.MayPrompt && _access!.Kept is not { IsThere: true }, _cancel);

    private async Task InstallAsync(OwnProgram program)
    {
        while (!await Shell.AnswersAsync())
        {
            await RenewAsync();
        }

        if (Shell.IsSpare)
        {
            return;
        }

        try
        {
            var isBrought = await Shell.BootstrapAsync(program, _cancel);
            _observer.Note(1, isBrought ? $"{Name}: this program was put into the cache folder there" : $"{Name}: the program is there");
        }
        catch (Exception e) when (e is Failure or ProtocolException)
        {
            throw Failure.Of(e).At(Name);
        }
    }

    /// <summary>Replaces a kept login that no longer works with a new one.</summary>
    private async Task RenewAsync()
    {
        if (Shell is { IsSpare: true, IsSilent: false })
        {
            _observer.Note(2, $"{Name}: the server that waited there has ended; another is started");
        }
        else
        {
            _observer.Note(1, $"{Name}: the login that was kept does not answer; logging in again");
            _access!.Kept?.Forget();
        }

        await TakeTurnAsync();
        _login!.Replace(RemoteShell.Start(_access!));
    }

    private Link NewLink() => new(Shell.Control, mailbox, Start, edge.Tally, _plan.TimeoutSeconds, Name, _plan.Remote.MayPrompt);

    private async Task GreetAsync(Offer offer)
    {
        SendOffer(offer);
        while (_access!.Program is null && !await Shell.AnswersAsync())
        {
            await RenewAsync();
            Peer.Use(NewLink());
            SendOffer(offer);
        }

        Peer.Link.Start();
        if (Shell.IsSpare)
        {
            _observer.Note(2, $"{Name}: a server waited there");
        }

        if (_plan.Remote.KeepSeconds > 0)
        {
            _observer.Note(1, $"{Name}: {KeptLogin.Note(_access)}");
        }
    }

    private void SendOffer(Offer offer)
    {
        Peer.Greet(Version.Program);
        Peer.Announce(transports);
        if (_plan.Channel != DataChannel.Tcp)
        {
            Peer.Send(_plan.Datagrams);
        }

        Peer.Send(offer);
    }

    private async Task<Accept> ReceiveAcceptAsync(Offer offer)
    {
        var hello = await Peer.ExpectAsync<Hello>();
        _turn.Dispose();
        _observer.Note(2, $"{Name} runs {RawText.Printable(hello.Program)}");
        _observer.Entered(Phase.Connecting);
        Version.Check(hello, Name);
        Require(hello, offer.Resumes, Features.Ranges, "cannot resume a file");
        Require(hello, offer.OnDemand, Features.Demand, "cannot send on demand");
        Require(hello, offer.Role == Role.Node, Features.Chain, "cannot be a node of a chain");

        var accept = await Peer.ExpectAsync<Accept>();
        if (LaneTransports.Common(transports, Peer.Transports).Count == 0 && _plan.ConnectMode != ConnectMode.Ssh)
        {
            throw new Failure(ExitCode.Unreachable, $"{Name}: the program there does not know the data channel {transports[0].Name}", $"{OptionWord.Channel} tcp works with every version");
        }

        return accept;
    }

    private void Require(Hello hello, bool isNeeded, Features feature, string cannot)
    {
        if (isNeeded && !hello.Features.HasFlag(feature))
        {
            throw new Failure(
                ExitCode.Protocol,
                $"{RawText.Printable(hello.Program)} there {cannot}",
                "install the same version on both hosts, quickinstall.sh user@host does").At(Name);
        }
    }
}

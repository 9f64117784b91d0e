using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests.Remotes;

/// <summary>Each way in which a launch fails has a message and an exit code of its own, whatever launches.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("", nameof(RemoteExitKind.NotFound), 127, 0, 3, "nothing was found there")]
    [InlineData("", nameof(RemoteExitKind.LoginFailed), 255, 0, 3, "test could not connect or log in")]
    [InlineData("", nameof(RemoteExitKind.Killed), 0, 9, 3, "the remote shell was killed by signal 9 before dmscp answered")]
    [InlineData("", nameof(RemoteExitKind.Ended), 1, 0, 3, "the remote shell ended with status 1 before dmscp answered")]
    [InlineData("Welcome!", nameof(RemoteExitKind.Ended), 1, 0, 3, "the remote shell ended with status 1 before dmscp answered; it printed: Welcome!")]
    [InlineData("no route", nameof(RemoteExitKind.LoginFailed), 255, 0, 3, "test could not connect or log in; it printed: no route")]
    public async Task It_ends(string says, string kind, int status, int signal, int code, string message)
    {
        var launcher = new FailingLauncher(System.Text.Encoding.ASCII.GetBytes(says), new RemoteExit(Enum.Parse<RemoteExitKind>(kind), new ExitStatus(status, signal)));
        await FailsAsync(launcher, (ExitCode)code, $"h: {message}");
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task It_says_what_makes_no_sense() =>
        await FailsAsync(new FailingLauncher([.. Frame.Marker, .. new byte[20000]], null), ExitCode.Protocol, null);

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task It_hangs()
    {
        var launcher = new FailingLauncher([], null);
        await FailsAsync(launcher, ExitCode.Unreachable, null);
        Assert.True(launcher.Process!.IsTerminated);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task It_never_starts()
    {
        var plan = PlanWith(new Remote { Host = "h", Shell = "x" });
        var failure = await Assert.ThrowsAsync<Failure>(() => Transfer.Of(Kinds.All, new Edge(plan, new Tally(), Unobserved.Instance) { Launcher = new Refusing() }).RunAsync(CancellationToken.None));
        Assert.Equal((ExitCode.Unreachable, "cannot start"), (failure.Code, failure.Message));
    }

    [Theory]
    [InlineData(0, 255, nameof(RemoteExitKind.LoginFailed), nameof(RemoteExitKind.Ended))]
    [InlineData(0, 127, nameof(RemoteExitKind.NotFound), nameof(RemoteExitKind.NotFound))]
    [InlineData(0, 0, nameof(RemoteExitKind.Ended), nameof(RemoteExitKind.Ended))]
    [InlineData(9, 0, nameof(RemoteExitKind.Killed), nameof(RemoteExitKind.Killed))]
    public void Statuses_have_their_meaning_from_what_launched(int signal, int status, string ssh, string shell)
    {
        Assert.Equal(ssh, $"{RemoteExit.OfSsh(new ExitStatus(status, signal)).Kind}");
        Assert.Equal(shell, $"{RemoteExit.OfShell(new ExitStatus(status, signal)).Kind}");
    }

    [Theory]
    [InlineData("srun -w %h", "", "srun|-w|node1|/bin/sh|-c|LINE")]
    [InlineData("kubectl exec -i 'pod/%h' -c %h --", "", "kubectl|exec|-i|pod/node1|-c|node1|--|/bin/sh|-c|LINE")]
    [InlineData("rsh", "", "rsh|node1|LINE")]
    [InlineData("rsh", "me", "rsh|-l|me|node1|LINE")]
    public void A_command_gets_the_host_where_it_says(string command, string user, string words)
    {
        var access = new Access(new Remote { Host = "node1", User = user, Shell = command }, 30);
        var line = StartLine.Server(access);
        Assert.Equal(words.Split('|').Select(word => word == "LINE" ? line : word), ((ProcessLauncher)access.Launcher).Words());
    }

    [Theory]
    [InlineData("", "", "'srun -w %h': %h stands for the host, but no host is named")]
    [InlineData("h", "me", "'srun -w %h': with %h there is no place for the user me")]
    public void A_host_place_needs_a_host_and_no_user(string host, string user, string message)
    {
        var access = new Access(new Remote { Host = host, User = user, Shell = "srun -w %h" }, 30);
        var failure = Assert.Throws<Failure>(() => access.Launcher.Launch(isQuiet: false));
        Assert.Equal((ExitCode.Usage, message), (failure.Code, failure.Message));
    }

    private async Task FailsAsync(FailingLauncher launcher, ExitCode code, string? message)
    {
        var plan = PlanWith(new Remote { Host = "h", Shell = "x" });
        var failure = await Assert.ThrowsAsync<Failure>(() => Transfer.Of(Kinds.All, new Edge(plan, new Tally(), Unobserved.Instance) { Launcher = launcher }).RunAsync(CancellationToken.None));
        Assert.Equal(code, failure.Code);
        if (message is not null)
        {
            Assert.Equal(message, failure.Message);
        }

        Assert.Empty(_scratch.Names);
    }

    private Plan PlanWith(Remote remote) => new()
    {
        Direction = Direction.Read,
        Remote = remote,
        There = Resource.File("", "there"),
        Here = Resource.File("", _scratch["here"]),
        TimeoutSeconds = 1,
    };

    private sealed class Refusing : ILauncher
    {
        public string Name => "test";

        public string NotFound => "";

        public bool CanRelaunch => true;

        public IRemoteProcess Launch(bool isQuiet) => throw new Failure(ExitCode.Unreachable, "cannot start");
    }
}

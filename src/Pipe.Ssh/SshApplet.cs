using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Ssh;

/// <summary>
/// The built-in ssh: takes ssh's arguments and behaves like ssh, for hosts without OpenSSH. A launcher starts it as a child process, so that its memory,
/// secrets and crashes stay separate. Only this project uses the ssh library.
/// </summary>
internal static class SshApplet
{
    private const string Name = "built-in ssh";

    public static ExitCode Run(string[] words, Messages messages)
    {
        (messages.Program, messages.Status) = (Name, static code => code == ExitCode.Done ? 0 : RemoteCommand.Failed);
        Cryptography.Require();
        var invocation = Invocation.Parse(words);
        var target = new Target(invocation.Host, Settings.Of(invocation));
        if (invocation.OnlyPrints)
        {
            Messages.Answer(Described(target));
            return ExitCode.Done;
        }

        using var signals = new SignalEnd();
        var limit = new ReceiveLimit();
        using var client = new Connection(target, limit, messages).Open();
        Sys.ExitNow(new RemoteCommand(client, target.Host, limit).Run(invocation.Line));
        return ExitCode.Done;
    }

    /// <summary>The lines of ssh -G that launchers use.</summary>
    private static string Described(Target target) =>
        $"host {target.Named}\nhostname {target.Host}\nport {target.Port}\nuser {target.User}\nconnecttimeout {(target.Settings.ConnectTimeout is { } seconds ? $"{seconds}" : "none")}\n";
}

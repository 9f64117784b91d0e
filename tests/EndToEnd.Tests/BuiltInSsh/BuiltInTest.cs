using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Tests.BuiltInSsh;

/// <summary>
/// Base class of tests of <c>-e builtin</c> against a real sshd. In a script <c>copy</c> sends the file source to the file there at the host far, and
/// <c>config</c> is the configuration, to which a script may add.
/// </summary>
public abstract class BuiltInTest : CopyTest
{
    /// <summary>The start of every script. No agent is asked unless a script names one, and a terminal only where $alone is empty.</summary>
    private protected string Setup => $$"""
        set -e
        unset SSH_AUTH_SOCK
        export HOME=$PWD
        echo data > source
        cp {{Lab.Shared.Directory}}/known_hosts known
        printf '%s\n' 'Host far' 'HostName 127.0.0.1' 'Port {{Lab.Shared.Port}}' 'User {{Environment.UserName}}' 'IdentityFile {{Lab.Shared.Directory}}/id' > config
        printf '%s\n' "UserKnownHostsFile $PWD/known" 'GlobalKnownHostsFile none' >> config
        alone='setsid -w'
        copy() { $alone dmscp -w -e builtin -s far -ssh-config config -l source -d "$PWD" -f there "$@"; }

        """;

    /// <summary>
    /// Starts an sshd of the script's own with further lines of configuration: <c>serve LINE ...</c>. It has the host keys that the script has made as hostkey_*.
    /// The host far is at its port.
    /// </summary>
    private protected string OwnServer => $$"""
        port={{FreePort()}}
        serve() {
          printf '%s\n' "ListenAddress 127.0.0.1:$port" "AuthorizedKeysFile $PWD/authorized" 'StrictModes no' 'UsePAM no' 'PidFile none' 'PermitRootLogin yes' 'PrintMotd no' > sshd_config
          printf '%s\n' 'SetEnv PATH={{Lab.Shared.Programs}}:/usr/local/bin:/usr/bin:/bin' "$@" >> sshd_config
          for key in "$PWD"/hostkey_*.pub; do
            echo "HostKey ${key%.pub}" >> sshd_config
            echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$key")" >> known
          done
          PATH=$PATH:/usr/sbin:/sbin; "$(command -v sshd)" -D -f sshd_config -E sshd.log < /dev/null > /dev/null 2>&1 &
          server=$!
          trap 'kill $server' EXIT
          for try in $(seq 200); do (exec 3<> /dev/tcp/127.0.0.1/$port) 2> /dev/null && break; sleep 0.05; done
          sed -i "s/^Port .*/Port $port/" config
        }
        cp {{Lab.Shared.Directory}}/authorized_keys authorized
        : > known
        mkdir -p -m 755 /run/sshd 2> /dev/null || true

        """;

    /// <summary>Runs a script at a terminal of its own, and types an answer after each prompt.</summary>
    /// <param name="script">The script, which follows the setup. It has to end by itself.</param>
    /// <param name="start">The command that starts it, as <c>COMMAND socat ...</c>.</param>
    /// <param name="answers">The end of each prompt, and the line that is typed then.</param>
    private protected async Task<string> AtTerminal(string script, string start, params (string Prompt, string Answer)[] answers)
    {
        await File.WriteAllTextAsync(PathOf("inner"), $"{Setup}alone=\n{script}");
        var running = Start($"{start} socat - 'EXEC:bash inner,pty,setsid,ctty,stderr'");
        var seen = 0;
        foreach (var (prompt, answer) in answers)
        {
            await running.Until(() => running.HasEnded || running.Output.IndexOf(prompt, seen, StringComparison.Ordinal) >= 0, $"the prompt {prompt}");
            var at = running.Output.IndexOf(prompt, seen, StringComparison.Ordinal);
            Assert.True(at >= 0, $"no prompt {prompt}: {running.Output}{running.Error}");
            seen = at + prompt.Length;
            await running.Write($"{answer}\n");
        }

        await running.Until(() => running.HasEnded || running.Output.Contains("status ", StringComparison.Ordinal), "the end");
        running.CloseInput();
        return (await running.End()).Output;
    }

    private protected static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

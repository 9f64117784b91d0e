using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.BuiltInSsh;

/// <summary>Copies over the built-in ssh behave like copies over ssh.</summary>
public sealed class CopyTests : BuiltInTest
{
    /// <summary>No ssh is in the path.</summary>
    [Case(Needs.Sshd)]
    public async Task A_copy_needs_no_ssh_client() =>
        (await Run($$"""
            {{Setup}}
            mkdir few; for program in cat cmp head mkdir setsid; do ln -s "$(command -v $program)" few; done
            head -c 3000000 /dev/urandom > source
            PATH={{Lab.Shared.Programs}}:$PWD/few
            ! command -v ssh
            copy
            cmp source there
            dmscp -r -e builtin -s far -ssh-config config -d "$PWD" -f there -l back
            cmp source back
            mkdir tree; cat source > tree/file
            yscp -r --launch builtin -F config tree far:"$PWD/copied"
            cmp tree/file copied/file
            """)).Is(0);

    [Cases(Needs.Sshd)]
    [InlineData("-w -l source -f there")]
    [InlineData("-r -l there -f source")]
    public async Task All_data_can_go_through_it(string direction) =>
        (await Run($"""
            {Setup}
            head -c 20000000 /dev/urandom > source
            dmscp {direction} -v -e builtin -s far -ssh-config config -d "$PWD" -connect ssh
            cmp source there
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task Without_ssh_a_hint_names_it() =>
        (await Run($$"""
            {{Setup}}
            PATH={{Lab.Shared.Programs}}
            dmscp -w -s far -l source -d "$PWD" -f there
            """)).Is(3).Says("cannot start the remote shell: ssh: no such file or directory", "dmscp: hint: -e builtin needs no ssh client");

    [Cases(Needs.Sshd)]
    [InlineData("-prefix 'exit 7'", "ended with status 7")]
    [InlineData("-prefix 'exit 127'", "dmscp was not found there")]
    [InlineData("-prefix 'kill -9 $$'", "the built-in ssh could not connect or log in")]
    [InlineData("-P 1", "127.0.0.1: port 1: connection refused")]
    [InlineData("-u missing-user", "missing-user@127.0.0.1: permission denied")]
    public async Task The_end_of_the_command_has_the_same_meaning_as_with_ssh(string words, string message) =>
        (await Run($"""
            {Setup}
            copy {words}
            """)).Is(3).Says(message);

    [Cases(Needs.Sshd)]
    [InlineData("-keep-login 60", "-keep-login is for ssh: -e builtin keeps no login open")]
    [InlineData("-s ''", "-s")]
    public async Task Unsupported_options_are_refused(string words, string message) =>
        (await Run($"""
            {Setup}
            copy {words}
            """)).Is(2).Says(message);

    [Case(Needs.Sshd)]
    public async Task A_copy_continues_over_a_new_login_after_a_signal()
    {
        var copying = Start($$"""
            {{Setup}}
            dmscp -v -r -e builtin -s far -ssh-config config -rate 3m -events events -f pattern:8m -l pattern:
            """);
        copying.CloseInput();
        await copying.Until(() => File.Exists(PathOf("events")) && File.ReadAllText(PathOf("events")).Contains("\"way\":\"direct\"", StringComparison.Ordinal), "the data travel");
        var client = await Find(static process => process.Words.Contains("-ssh"), "the built-in ssh");
        Processes.Signal(client.Id, "TERM");
        (await copying.End()).Is(0).Says("the session continues over a new login");
    }

    /// <summary>Data that the reader does not take stay with the sender: the library itself would buffer all of them.</summary>
    [Case(Needs.Sshd)]
    public async Task A_reader_that_stops_stops_the_sender()
    {
        const int mebibytes = 90;
        var reading = Start($$"""
            {{Setup}}
            exec 5<&0
            pipe -ssh -F config -- far "cd $PWD; for i in \$(seq {{mebibytes}}); do head -c 1048576 /dev/zero; echo \$i > progress; done" <<< x | (read -r go <&5; wc -c)
            """);
        var before = -1;
        await reading.Until(() => Progress() is var now && now > 0 && Interlocked.Exchange(ref before, now) == now && Settled(), "the sender stops", seconds: 60);
        Assert.InRange(before, 1, mebibytes / 2);
        await reading.Write("go\n");
        (await reading.End()).Is(0).Prints($"{mebibytes * 1048576}\n");

        int Progress() => File.Exists(PathOf("progress")) && int.TryParse(File.ReadAllText(PathOf("progress")), out var number) ? number : 0;

        // A sender that the limit does not hold moves on within this time.
        bool Settled()
        {
            var at = Progress();
            Thread.Sleep(500);
            return Progress() == at;
        }
    }

    /// <summary>The server renews its keys every megabyte.</summary>
    [Case(Needs.Sshd)]
    public async Task Renewed_keys_are_no_obstacle() =>
        (await Run($"""
            {Setup}
            {OwnServer}
            ssh-keygen -q -t ed25519 -N '' -f hostkey_ed25519
            serve 'RekeyLimit 1M'
            head -c 2500000 /dev/urandom > source
            copy -connect ssh
            cmp source there
            dmscp -r -e builtin -s far -ssh-config config -d "$PWD" -connect ssh -f there -l back
            cmp source back
            """)).Is(0);
}

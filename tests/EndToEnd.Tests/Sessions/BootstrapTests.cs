namespace EndToEnd.Tests.Sessions;

/// <summary>With -bootstrap the program comes along to a host that has none.</summary>
public sealed class BootstrapTests : CopyTest
{
    // there: a remote shell to a host without the program. What is in $1 happens there before anything else, $2 is its sh.
    private const string Setup = """
        set -e
        mkdir home fake
        there() {
          printf '#!/bin/bash\nunset XDG_CACHE_HOME\nexport PATH=%s:/usr/bin:/bin HOME=%s\n%s\nline=${3#exec /bin/sh -c }\neval "exec %s -c $line"\n' \
            "$PWD/fake" "$PWD/home" "$1" "${2:-/bin/sh}" > there
          chmod +x there
        }
        files() { find home -type f | wc -l; }
        echo data > source
        copy() { rm -f target; dmscp -v -w -e ./there -bootstrap -l source -d "$PWD" -f target "$@"; }

        """;

    [Cases]
    [InlineData("dash")]
    [InlineData("bash")]
    [InlineData("busybox sh")]
    public Task It_comes_once_and_stays(string shell) => Brings($"there '' '{shell}'");

    [Cases]
    [InlineData("echo Welcome; printf \"PIPE-START\\npipe-start \"; head -c 50000 /dev/zero; echo; echo words >&2")]
    [InlineData("export XDG_CACHE_HOME=$HOME/deep/cache")]
    [InlineData("umask 0")]
    public Task Whatever_the_login_prints_or_sets(string first) => Brings($"there '{first}'");

    [Case]
    public async Task It_leaves_what_new_files_are_like_alone() =>
        (await Run(Setup + """
            umask 022
            there ''
            chmod 644 source
            dmscp -w -tree -e ./there -bootstrap -l source -f "$PWD/target"
            stat -c %a target; files
            """)).Is(0).Prints("644\n1\n");

    [Cases("openssl", "busybox")]
    [InlineData("openssl")]
    [InlineData("busybox")]
    [InlineData("")]
    public Task With_whatever_there_is_to_check_it(string tool) => Brings($"""
        mkdir few
        for tool in cat head wc mkdir chmod mktemp rm rmdir mv uname {tool}; do ln -s "$(command -v $tool)" few/$tool; done
        there "PATH=$PWD/few"
        """);

    [Cases(Needs.Root, Needs.Sshd)]
    [InlineData("bash", "HOME=$THERE; export HOME")]
    [InlineData("dash", "HOME=$THERE; export HOME")]
    [InlineData("tcsh", "setenv HOME $THERE")]
    [InlineData("fish", "set -x HOME $THERE")]
    [InlineData("zsh", "export HOME=$THERE")]
    public async Task Through_every_login_shell(string shell, string prefix)
    {
        var user = Lab.Shared.Account(shell);
        // A home of its own: other tests install the program for that user.
        File.WriteAllText(PathOf("prefix"), prefix.Replace("$THERE", $"{user.Home}/bare", StringComparison.Ordinal));
        (await Run($"""
            set -e
            rm -rf {user.Home}/bare
            install -d -o {user.Name} {user.Home}/bare
            words="-s bare -ssh-config $SSH_CONFIG -u {user.Name} -bootstrap"
            dmscp -v -r $words -prefix "$(cat prefix)" -R 'id -un'
            dmscp -v -r $words -prefix "$(cat prefix)" -f pattern:3m -l pattern:
            """)).Is(0).Prints($"{user.Name}\n").Says("this program was put into the cache folder there", "the program is there");
    }

    [Case(Needs.Root, Needs.Sshd, "dash")]
    public async Task One_login_does_it()
    {
        var user = Lab.Shared.Account("dash", "boot");
        (await Run($"dmscp -v -r -s bare -ssh-config $SSH_CONFIG -u {user.Name} -prefix 'HOME={user.Home}' -bootstrap -keep-login 1 -R 'id -un'")).Is(0).Says("was put into");
        var accepted = File.ReadLines(Path.Combine(Lab.Shared.Directory, "sshd.log")).Count(line => line.Contains($"Accepted publickey for {user.Name} ", StringComparison.Ordinal));
        Assert.Equal(1, accepted);
    }

    [Case]
    public async Task What_is_installed_there_is_used() =>
        (await Run(Setup + """
            ln -s "$(command -v dmscp)" fake/dmscp
            there ''
            copy
            cmp source target
            test "$(files)" = 0
            """)).Is(0).Says("the program is there");

    [Case]
    public async Task What_nobody_has_started_for_a_month_makes_room_for_a_new_one() =>
        (await Run(Setup + """
            there ''
            copy
            cache=home/.cache/pipe
            mkdir $cache/0.1-old $cache/0.2-young $cache/0.3-odd $cache/ssh
            touch -d '31 days ago' $cache/0.1-old/pipe $cache/0.3-odd/pipe $cache/0.3-odd/else $cache/ssh/pipe
            touch -d '29 days ago' $cache/0.2-young/pipe
            find $cache -name pipe -size +1M -exec touch -d "40 days ago" {} +
            copy
            test -e $cache/0.1-old/pipe
            find $cache -name pipe -size +1M -newerat yesterday | grep -q .
            find $cache -name pipe -size +1M -delete
            copy
            cmp source target
            test ! -e $cache/0.1-old -a -e $cache/0.2-young/pipe -a ! -e $cache/0.3-odd/pipe -a -e $cache/0.3-odd/else -a -e $cache/ssh/pipe
            """)).Is(0);

    [Case]
    public async Task What_is_not_whole_comes_again() =>
        (await Run(Setup + """
            there ''
            copy
            truncate -s 1000 home/.cache/pipe/*/pipe
            copy
            cmp source target
            cmp home/.cache/pipe/*/pipe "$(command -v dmscp)"
            """)).Is(0);

    [Cases]
    [InlineData("read -r go; echo $go; head -c 1000000; head -c 1 > /dev/null; printf X; exec cat", "the data that arrived differ from those sent")]
    [InlineData("read -r go; echo $go; head -c 1000000", "only 1000000 bytes")]
    public async Task What_is_damaged_on_the_way_is_refused(string way, string reason) =>
        (await Run(Setup + $$"""
            there ''
            printf '#!/bin/bash\n{ %s; } | ./there "$@"\n' '{{way}}' > damaging
            chmod +x damaging
            status=0
            dmscp -w -e ./damaging -bootstrap -l source -d "$PWD" -f target || status=$?
            test "$(files)" = 0
            test ! -e target
            exit $status
            """)).Is(3).Says("the program cannot be brought there", reason);

    [Case]
    public async Task A_machine_of_another_kind_is_refused() =>
        (await Run(Setup + """
            printf '#!/bin/sh\n[ "$1" = -m ] && echo aarch64 || echo Linux\n' > fake/uname
            chmod +x fake/uname
            there ''
            status=0
            copy || status=$?
            test "$(find home | wc -l)" = 1
            exit $status
            """)).Is(3).Says("that is a Linux aarch64 machine, and this program is for Linux x86_64", "hint");

    /// <summary>The program for the other kind is this one with a byte more, which runs here too.</summary>
    [Case]
    public async Task A_machine_of_another_kind_gets_the_program_that_is_installed_for_it() =>
        (await Run(Setup + """
            printf '#!/bin/sh\n[ "$1" = -m ] && echo aarch64 || echo Linux\n' > fake/uname
            chmod +x fake/uname
            mkdir -p installed/bin installed/share/pipe/arch/aarch64
            cp "$(readlink -f "$(command -v dmscp)")" installed/bin/pipe; ln -s pipe installed/bin/dmscp
            (cat installed/bin/pipe; echo) > installed/share/pipe/arch/aarch64/pipe
            export PATH=$PWD/installed/bin:$PATH
            there ''
            copy; cmp source target; copy; cmp source target
            files; cmp "$(find home -type f)" installed/share/pipe/arch/aarch64/pipe
            """)).Is(0).Prints("1\n");

    [Case]
    public async Task A_program_that_does_not_start_there_is_refused() =>
        (await Run(Setup + """
            # sh and its tools start within this, the program does not.
            there 'ulimit -v 20000'
            status=0
            copy || status=$?
            test "$(files)" = 0
            exit $status
            """)).Is(3).Says("it does not start: exit status");

    [Cases(Needs.Mount)]
    [InlineData("noexec", "programs cannot be started from")]
    [InlineData("size=5m", "cannot write")]
    [InlineData("ro", "cannot make")]
    public async Task A_folder_that_will_not_do_is_refused(string option, string reason) =>
        (await Run(Setup + $$"""
            there ''
            status=0
            export -f copy
            unshare -m bash -c 'mount -t tmpfs -o {{option}} none home && copy' || status=$?
            exit $status
            """)).Is(3).Says("the program cannot be brought there", reason);

    [Case]
    public async Task An_interruption_leaves_nothing()
    {
        var copying = Start(Setup + """
            there ''
            printf '#!/bin/bash\n{ read -r go; echo $go; head -c 3000000; touch half; sleep 3; } | ./there "$@"\n' > slow
            chmod +x slow
            dmscp -w -e ./slow -bootstrap -l source -d "$PWD" -f target & pid=$!
            until [ -e half ]; do sleep 0.05; done
            sleep 0.2
            kill -TERM $pid
            status=0
            wait $pid || status=$?
            sleep 4
            test "$(files)" = 0
            exit $status
            """);
        (await copying.End()).Is(6).Says("interrupted");
    }

    [Case]
    public async Task An_answer_without_sense_is_an_error() =>
        (await Run("""
            printf 'echo PIPE-START maybe; cat > /dev/null\n' > shell
            dmscp -w -e 'sh shell' -bootstrap -l pattern:1m -f null:
            """)).Is(7);

    [Case]
    public async Task A_far_end_that_is_silent_is_told() =>
        (await Run("dmscp -w -e 'sh -c \"cat > /dev/null\"' -timeout 2 -bootstrap -l pattern:1m -f null:")).Is(3).Says("is silent");

    [Case]
    public async Task A_far_end_that_ends_is_told_with_what_it_printed() =>
        (await Run("printf 'echo This account is disabled\nexit 1\n' > shell; dmscp -w -e 'sh shell' -bootstrap -l pattern:1m -f null:")).Is(3).Says("This account is disabled");

    [Case(Needs.Sshd)]
    public async Task Without_it_the_error_has_a_command_that_installs_the_program() =>
        (await Run($"dmscp -w -s bare -u {Environment.UserName} -P {Lab.Shared.BarePort} -ssh-config $SSH_CONFIG -l pattern:1m -f null:"))
            .Is(3).Says("dmscp was not found there", $"./quickinstall.sh --ssh 'ssh -F {SshConfig} -p {Lab.Shared.BarePort}' {Environment.UserName}@bare", "-bootstrap");

    private async Task Brings(string prepare) =>
        (await Run($$"""
            {{Setup}}
            {{prepare}}
            copy 2> first
            grep 'was put into the cache folder there' first
            cmp source target
            program=$(find home -type f)
            cmp "$program" "$(command -v dmscp)"
            test "$(stat -c %a "$program") $(stat -c %a "${program%/*}")" = '700 700'
            written=$(stat -c %i.%y "$program")
            copy 2> second
            grep 'the program is there' second
            cmp source target
            test "$(stat -c %i.%y "$program")" = "$written"
            dmscp -r -e ./there -bootstrap -f pattern:5m -l pattern:
            test "$(files)" = 1
            """)).Is(0);
}

namespace EndToEnd.Tests.Sessions;

/// <summary>The login shell between ssh and the program there: whichever it is, and whatever it prints.</summary>
public sealed class LoginShellTests : CopyTest
{
    [Cases(Needs.Root, Needs.Sshd, "bash")]
    [InlineData("PATH=$PATH:$BIN; export PATH; MARK='a b'; export MARK")]
    [InlineData("PATH=$PATH:$BIN; export PATH; MARK='a b'; export MARK;")]
    public Task Bash_runs_the_prefix(string prefix) => PrefixWorks("bash", prefix);

    [Cases(Needs.Root, Needs.Sshd, "dash")]
    [InlineData("PATH=$PATH:$BIN; export PATH; MARK='a b'; export MARK")]
    [InlineData("PATH=$PATH:$BIN; export PATH; MARK='a b'; export MARK;")]
    public Task Dash_runs_the_prefix(string prefix) => PrefixWorks("dash", prefix);

    [Cases(Needs.Root, Needs.Sshd, "tcsh")]
    [InlineData("setenv PATH ${PATH}:$BIN; setenv MARK 'a b'")]
    [InlineData("setenv PATH ${PATH}:$BIN; setenv MARK 'a b';")]
    public Task Tcsh_runs_the_prefix(string prefix) => PrefixWorks("tcsh", prefix);

    [Cases(Needs.Root, Needs.Sshd, "fish")]
    [InlineData("set -x PATH $PATH $BIN; set -x MARK 'a b'")]
    [InlineData("set -x PATH $PATH $BIN; set -x MARK 'a b';")]
    public Task Fish_runs_the_prefix(string prefix) => PrefixWorks("fish", prefix);

    [Cases(Needs.Root, Needs.Sshd, "zsh")]
    [InlineData("export PATH=$PATH:$BIN MARK='a b'")]
    [InlineData("export PATH=$PATH:$BIN MARK='a b'; # a comment")]
    public Task Zsh_runs_the_prefix(string prefix) => PrefixWorks("zsh", prefix);

    [Case(Needs.Root, Needs.Sshd)]
    public async Task A_program_below_the_home_directory_is_found_without_a_prefix()
    {
        var user = Lab.Shared.Account("bash");
        (await Run($"""
            set -e
            mkdir -p {user.Home}/.local/bin
            ln -sf {Lab.Shared.Programs}/dmscp {user.Home}/.local/bin/dmscp
            dmscp -r -s bare -ssh-config $SSH_CONFIG -u {user.Name} -prefix 'HOME={user.Home}' -R 'echo found'
            """)).Is(0).Prints("found\n");
    }

    [Case(Needs.Root, Needs.Sshd)]
    public async Task What_the_shell_prints_at_login_is_skipped()
    {
        var user = Lab.Shared.Account("bash", "noisy");
        File.WriteAllText(Path.Combine(user.Home, ".bashrc"), "echo Welcome; printf 'PIPE-CONTROL\\r\\n'; echo to the error stream >&2; head -c 60000 /dev/zero | tr '\\0' x\n");
        (await Run($"""
            set -e
            dmscp -r -s HOST -ssh-config $SSH_CONFIG -u {user.Name} -R 'echo data'
            dmscp -r -s HOST -ssh-config $SSH_CONFIG -u {user.Name} -f pattern:3m -l pattern:
            """)).Is(0).Prints("data\n").Says("to the error stream");
    }

    [Case]
    public async Task What_a_wrapper_prints_is_skipped() =>
        (await Run("""
            printf '#!/bin/sh\nprintf "PIPE-CONTROL\\r\\nPIPE-CON \\000\\377"; cat /etc/passwd\nexec "$@"\n' > noisy
            chmod +x noisy
            head -c 1m /dev/zero | dmscp -w -e ./noisy -prefix 'PATH=$PATH:'"${PATH%%:*}" -R 'wc -c'
            """)).Is(0).Says("1048576");

    [Cases]
    [InlineData("head -c 70000 /dev/zero | tr '\\0' x")]
    [InlineData("head -c 70000 /dev/urandom")]
    [InlineData("yes y")]
    public async Task A_shell_that_prints_without_end_is_told(string noise)
    {
        File.WriteAllText(PathOf("noisy"), $"{noise}\ncat > /dev/null\n");
        (await Run("dmscp -w -e 'sh noisy' -timeout 10 -l pattern:1m -f null:", seconds: 40)).Is(7).Says("no answer from dmscp", "hint");
    }

    private async Task PrefixWorks(string shell, string prefix)
    {
        var user = Lab.Shared.Account(shell);
        File.WriteAllText(PathOf("prefix"), prefix.Replace("$BIN", Lab.Shared.Programs, StringComparison.Ordinal));
        (await Run($"""
            set -e
            dmscp -r -s bare -ssh-config $SSH_CONFIG -u {user.Name} -prefix "$(cat prefix)" -R 'echo "$MARK"; id -un'
            head -c 3m /dev/urandom > source
            dmscp -w -s bare -ssh-config $SSH_CONFIG -u {user.Name} -prefix "$(cat prefix)" -f "it's a \"file\"" -l source
            cmp source "{user.Home}/it's a \"file\""
            """)).Is(0).Prints($"a b\n{user.Name}\n");
    }
}

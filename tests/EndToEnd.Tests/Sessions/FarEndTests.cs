using Pipe.Protocol;

namespace EndToEnd.Tests.Sessions;

/// <summary>The errors for a far end that is missing, wrong or unreachable help the user.</summary>
public sealed class FarEndTests : CopyTest
{
    [Case(Needs.Sshd)]
    public async Task A_program_that_is_not_there() =>
        (await Run("dmscp -w -s bare -ssh-config $SSH_CONFIG -l pattern:1m -f null:")).Is(3).Says("error: bare: dmscp was not found", "hint", "quickinstall.sh");

    [Case]
    public async Task A_remote_shell_that_is_not_there() =>
        (await Run("dmscp -w -e no-such-shell-anywhere -l pattern:1m -f null:")).Is(3);

    [Case(Needs.Sshd)]
    public async Task A_host_that_refuses_the_connection() =>
        (await Run("dmscp -w -s closed -P 1 -ssh-config $SSH_CONFIG -l pattern:1m -f null:")).Is(3).Says("error: closed: ", "Connection refused");

    [Case(Needs.Sshd)]
    public async Task A_host_whose_key_is_another() =>
        (await Run("dmscp -w -s wrongkey -ssh-config $SSH_CONFIG -l pattern:1m -f null:")).Is(3).Says("error: wrongkey: ", "Host key verification failed");

    [Case(Needs.Sshd)]
    public async Task A_login_that_is_refused() =>
        (await Run("dmscp -w -s nobody -ssh-config $SSH_CONFIG -l pattern:1m -f null:")).Is(3).Says("error: nobody: ", "Permission denied");

    [Case("ssh")]
    public async Task A_host_that_has_no_address() =>
        (await Run("dmscp -w -s no-such-host.invalid -ssh-config /dev/null -l pattern:1m -f null:")).Is(3).Says("error: no-such-host.invalid: ", "Could not resolve");

    [Case]
    public async Task A_shell_that_ends_at_once_with_words() =>
        (await Run("printf 'echo This account is disabled\nexit 1\n' > shell; dmscp -w -e 'sh shell' -l pattern:1m -f null:")).Is(3).Says("This account is disabled");

    [Case]
    public async Task Another_version()
    {
        await File.WriteAllBytesAsync(PathOf("hello"), [.. Frame.Marker, .. Frame.Pack(new Hello(99, 99, 0, "pipe 99.0"))]);
        (await Run("dmscp -w -e 'sh -c \"cat hello; cat > /dev/null\"' -l pattern:1m -f null:", seconds: 40)).Is(7).Says("pipe 99.0", "99", "hint");
    }

    [Case]
    public async Task A_far_end_that_cannot_resume_a_file()
    {
        await File.WriteAllBytesAsync(PathOf("hello"), [.. Frame.Marker, .. Frame.Pack(new Hello(1, 1, Features.None, "pipe 0.1.0"))]);
        await File.WriteAllTextAsync(PathOf("here"), "text");
        (await Run("dmscp -w -resume -e 'sh -c \"cat hello; cat > /dev/null\"' -l here -f there", seconds: 40)).Is(7).Says("pipe 0.1.0", "cannot resume a file", "hint");
    }

    [Case]
    public async Task Garbage_behind_the_marker()
    {
        await File.WriteAllBytesAsync(PathOf("garbage"), [.. Frame.Marker, .. new byte[5000].Select((_, i) => (byte)(i * 7))]);
        (await Run("dmscp -w -e 'sh -c \"cat garbage; cat > /dev/null\"' -l pattern:1m -f null:", seconds: 40)).Is(7);
    }

    [Case]
    public async Task A_greeting_and_then_the_end()
    {
        await File.WriteAllBytesAsync(PathOf("hello"), [.. Frame.Marker, .. Frame.Pack(Hello.Ours("pipe 0"))]);
        (await Run("dmscp -w -e 'cat hello' -l pattern:1m -d \"$PWD\" -f there || { status=$?; test ! -e there; exit $status; }", seconds: 40)).Is(3);
    }

    [Case]
    public async Task A_far_end_that_only_echoes() =>
        (await Run("dmscp -w -e 'sh -c cat' -timeout 5 -l pattern:1m -f null:", seconds: 40)).Is(7);

    [Case]
    public async Task A_verdict_that_comes_out_of_nowhere()
    {
        await File.WriteAllBytesAsync(PathOf("lies"), [.. Frame.Marker, .. Frame.Pack(Hello.Ours("pipe 0")), .. Frame.Pack(new Report(1_048_576, 0))]);
        (await Run("dmscp -w -e 'sh -c \"cat lies; cat > /dev/null\"' -l pattern:1m -f null:", seconds: 40)).Is(7);
    }

    [Cases]
    [InlineData("head -c 70000 /dev/urandom")]
    [InlineData("printf 'GET / HTTP/1.0\\r\\n\\r\\n'")]
    [InlineData("true")]
    public async Task A_server_that_is_fed_garbage_ends(string garbage) =>
        (await Run($"{garbage} | dmscp -server > /dev/null; exit ${{PIPESTATUS[1]}}", seconds: 40)).IsNot(0);

    [Case]
    public async Task What_the_far_end_says_cannot_move_the_cursor()
    {
        await File.WriteAllTextAsync(PathOf("shell"), "printf '\\033[2J\\033]0;title\\007 evil'; exit 1\n");
        var result = await Run("dmscp -w -e 'sh shell' -l pattern:1m -f null:");
        result.Is(3).Says("evil");
        Assert.DoesNotContain('\u001b', result.Error);
    }
}

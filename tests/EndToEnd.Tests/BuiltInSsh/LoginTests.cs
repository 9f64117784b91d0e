using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.BuiltInSsh;

/// <summary>The ways to log in: keys from files and from an agent, and a user at a terminal.</summary>
public sealed class LoginTests : BuiltInTest
{
    [Cases(Needs.Sshd)]
    [InlineData("ed25519", "")]
    [InlineData("ecdsa", "")]
    [InlineData("rsa", "-b 2048")]
    [InlineData("rsa", "-b 2048 -m PEM")]
    public async Task A_key_of_each_type_logs_in(string type, string more) =>
        (await Run($"""
            {Setup}
            {OwnServer}
            ssh-keygen -q -t ed25519 -N '' -f hostkey_ed25519
            ssh-keygen -q -t {type} {more} -N '' -f id
            cat id.pub > authorized
            serve
            sed -i "s,^IdentityFile.*,IdentityFile ~/id," config
            copy
            cmp source there
            """)).Is(0);

    [Cases(Needs.Sshd)]
    [InlineData("chmod 644 id", "id: the key is ignored, because its mode 644 lets other users read or write it")]
    [InlineData("rm id", "id: no such file or directory")]
    [InlineData("echo nonsense > id", "id: ")]
    [InlineData("ssh-keygen -q -p -P '' -N secret -f id", "the key has a passphrase, and there is no terminal to ask for it")]
    public async Task A_key_that_cannot_be_used_is_named(string prepare, string message) =>
        (await Run($"""
            {Setup}
            cp {Lab.Shared.Directory}/id id
            {prepare} > /dev/null
            sed -i "s,^IdentityFile.*,IdentityFile $PWD/id," config
            copy
            """)).Is(3).Says(message);

    [Cases(Needs.Sshd, "socat")]
    [InlineData("", "secret", "status 0")]
    [InlineData("-m PEM", "secret", "status 0")]
    [InlineData("", "wrong", "wrong passphrase")]
    public async Task A_passphrase_is_asked_for(string format, string answer, string end)
    {
        var said = await AtTerminal(
            $"""
            {OwnServer}
            ssh-keygen -q -t ed25519 -N '' -f hostkey_ed25519
            ssh-keygen -q -t rsa -b 2048 {format} -N secret -f id
            cat id.pub > authorized
            serve
            sed -i "s,^IdentityFile.*,IdentityFile $PWD/id," config
            status=0; copy || status=$?
            test $status != 0 || cmp source there
            echo "status $status"
            """,
            "",
            [.. Enumerable.Repeat(("Enter passphrase for key", answer), answer == "secret" ? 1 : 3)]);
        Assert.Contains(end, said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
    }

    [Cases(Needs.Sshd)]
    [InlineData("ed25519", "", "true", 0)]
    [InlineData("rsa", "-b 2048", "true", 0)]
    [InlineData("ed25519", "", "echo 'IdentitiesOnly yes' >> config", 3)]
    [InlineData("ed25519", "", "echo 'IdentitiesOnly yes' >> config; mv kept.pub id.pub; echo \"IdentityFile $PWD/id\" >> config", 0)]
    [InlineData("ed25519", "", "echo 'IdentitiesOnly yes' >> config; mkdir .ssh; mv kept.pub .ssh/id_ed25519.pub", 0)]
    [InlineData("ed25519", "", "echo 'IdentityAgent none' >> config", 3)]
    [InlineData("ed25519", "", "echo \"IdentityAgent $SSH_AUTH_SOCK\" >> config; unset SSH_AUTH_SOCK", 0)]
    public async Task An_agent_signs(string type, string more, string prepare, int status) =>
        (await Run($$"""
            {{Setup}}
            {{OwnServer}}
            ssh-keygen -q -t ed25519 -N '' -f hostkey_ed25519
            ssh-keygen -q -t {{type}} {{more}} -N '' -f id
            cat id.pub > authorized
            serve
            eval "$(ssh-agent -s)" > agent
            trap 'kill $SSH_AGENT_PID $server' EXIT
            ssh-add -q id
            rm id; mv id.pub kept.pub
            sed -i /^IdentityFile/d config
            {{prepare}}
            copy
            cmp source there
            """)).Is(status);

    [Cases(Needs.Mount, Needs.Sshd, "socat", "perl")]
    [InlineData("password", "'s password: ", "first-secret", "status 0")]
    [InlineData("password", "'s password: ", "wrong", "permission denied")]
    [InlineData("keyboard-interactive", "(pipe-pw1@127.0.0.1) Password: ", "first-secret", "status 0")]
    public async Task A_password_is_asked_for(string method, string prompt, string answer, string end)
    {
        var port = FreePort();
        var said = await AtTerminal(
            $"""
            echo "[127.0.0.1]:{port} $(cut -d' ' -f1,2 "$(dirname "$PASSWORD_CONFIG")/host_key.pub")" > known
            sed -i 's/^Port.*/Port {port}/; s/^User .*/User pipe-pw1/; s/^IdentityFile.*/IdentityFile none/' config
            echo 'NumberOfPasswordPrompts 1' >> config
            mkdir far; chmod 777 far
            status=0; dmscp -w -e builtin -s far -ssh-config config -l source -d "$PWD/far" -f there || status=$?
            test $status != 0 || cmp source far/there
            echo "status $status"
            """,
            $"PASSWORD_METHOD={method} unshare -m bash '{Checkout.PathOf("tests/lab/passwords")}' {port} '{Lab.Shared.Programs}'",
            (prompt, answer));
        Assert.Contains(end, said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
    }

    [Case(Needs.Sshd, "socat")]
    public async Task In_batch_mode_it_does_not_ask()
    {
        var said = await AtTerminal("sed -i 's/^IdentityFile.*/IdentityFile none/' config; rm known; copy -o BatchMode=yes || echo \"status $?\"", "");
        Assert.Contains("status 3", said, StringComparison.Ordinal);
        Assert.DoesNotContain("(yes/no", said, StringComparison.Ordinal);
    }
}

namespace EndToEnd.Tests.BuiltInSsh;

/// <summary>Only a host with a known key gets a login. The known_hosts files are those of ssh.</summary>
public sealed class HostKeyTests : BuiltInTest
{
    private static string Name => $"[127.0.0.1]:{Lab.Shared.Port}";

    [Cases(Needs.Sshd)]
    [InlineData(": > known", "the host key is unknown: ssh-ed25519 key SHA256:")]
    [InlineData("sed -i 's/^[^ ]*/127.0.0.1/' known", "the host key is unknown")]
    [InlineData("cp $LAB/wrong_known_hosts known", "the host key has changed: ssh-ed25519 key SHA256:")]
    [InlineData("sed -i 's/^/@revoked /' known", "$PWD/known:1 revokes the host key")]
    [InlineData("sed -n 's/^/@revoked /p' known > more; cat more >> known", "revokes")]
    [InlineData("sed -i 's/^/@cert-authority /' known", "$PWD/known:1: @cert-authority: the built-in ssh does not check certificates")]
    [InlineData("ssh-keygen -q -t ecdsa -N '' -f other; echo \"$NAME $(cut -d' ' -f1,2 other.pub)\" > known", "the host key has another type than before")]
    [InlineData("sed -i 's/^/!/' known", "the host key is unknown")]
    [InlineData("echo 'HashKnownHosts yes' >> config; cp $LAB/wrong_known_hosts known; ssh-keygen -q -H -f known", "the host key has changed")]
    public async Task Another_key_ends_the_copy(string prepare, string message) =>
        (await Run($"""
            {Setup}
            LAB={Lab.Shared.Directory} NAME='{Name}'
            {prepare}
            status=0
            copy || status=$?
            test ! -e there
            exit $status
            """)).Is(3).Says(message.Replace("$PWD", Directory, StringComparison.Ordinal), "the built-in ssh could not connect or log in");

    [Cases(Needs.Sshd)]
    [InlineData("ssh-keygen -q -H -f known")]
    [InlineData("mv known global; : > known; sed -i \"s,^GlobalKnownHostsFile.*,GlobalKnownHostsFile $PWD/nothing $PWD/global,\" config")]
    [InlineData("sed -i 's/^[^ ]*/[127.0.0.*]:*,!*.invalid/' known")]
    [InlineData("{ echo; echo '# words'; echo 'half a line'; echo '@unknown x ssh-ed25519 AAAA'; echo 'x ssh-ed25519 ????'; cat known; } > more; mv more known")]
    public async Task A_known_key_is_found_as_ssh_finds_it(string prepare) =>
        (await Run($"""
            {Setup}
            {prepare}
            copy
            cmp source there
            """)).Is(0);

    /// <summary>The server also has a key of a type that ssh prefers, and that this host has never seen.</summary>
    [Case(Needs.Sshd)]
    public async Task The_type_that_is_known_is_asked_for_first() =>
        (await Run($"""
            {Setup}
            {OwnServer}
            ssh-keygen -q -t ed25519 -N '' -f hostkey_ed25519
            ssh-keygen -q -t rsa -b 2048 -N '' -f hostkey_rsa
            serve
            sed -i /ed25519/d known
            copy
            cmp source there
            """)).Is(0);

    [Cases(Needs.Sshd)]
    [InlineData("", "KexAlgorithms diffie-hellman-group14-sha1")]
    [InlineData("", "KexAlgorithms diffie-hellman-group-exchange-sha256")]
    [InlineData("", "Ciphers aes128-cbc")]
    [InlineData("", "MACs hmac-sha1", "Ciphers aes128-ctr")]
    [InlineData("-t rsa -b 2048", "HostKeyAlgorithms ssh-rsa")]
    public async Task Weak_algorithms_are_refused(string key, params string[] lines) =>
        (await Run($"""
            {Setup}
            {OwnServer}
            ssh-keygen -q {(key.Length > 0 ? key : "-t ed25519")} -N '' -f hostkey_one
            serve {string.Join(' ', lines.Select(static line => $"'{line}'"))}
            copy
            """)).Is(3).Says("no matching");

    [Case(Needs.Sshd)]
    public async Task A_short_RSA_key_is_refused() =>
        (await Run($"""
            {Setup}
            {OwnServer}
            ssh-keygen -q -t rsa -b 1024 -N '' -f hostkey_rsa
            serve
            copy
            """)).Is(3).Says("the host key has 1024 bits, and RSA needs 2048");

    /// <summary>The client trusts only a key that the user has confirmed, and knows it from then on.</summary>
    [Cases(Needs.Sshd, "socat")]
    [InlineData("yes", "status 0", 1, "HashKnownHosts no")]
    [InlineData("yes", "status 0", 1, "HashKnownHosts yes")]
    [InlineData("no", "status 3", 0, "HashKnownHosts no")]
    public async Task A_user_at_a_terminal_is_asked_about_an_unknown_key(string answer, string status, int lines, string hashing)
    {
        var said = await AtTerminal(
            $"""
            rm known; echo '{hashing}' >> config; status=0
            copy || status=$?
            if [ $status = 0 ]; then copy; cmp source there; ssh-keygen -F '{Name}' -f known > /dev/null; fi
            echo "status $status"
            """,
            "",
            ("(yes/no/fingerprint)? ", answer));
        Assert.Contains(status, said, StringComparison.Ordinal);
        Assert.Contains("key fingerprint is SHA256:", said, StringComparison.Ordinal);
        var known = File.Exists(PathOf("known")) ? await File.ReadAllLinesAsync(PathOf("known")) : [];
        Assert.Equal(lines, known.Length);
        Assert.All(known, line => Assert.Equal(hashing.EndsWith("yes", StringComparison.Ordinal), line.StartsWith("|1|", StringComparison.Ordinal)));
    }

    [Case(Needs.Sshd, "socat")]
    public async Task With_StrictHostKeyChecking_it_does_not_ask()
    {
        var said = await AtTerminal("rm known; copy -o StrictHostKeyChecking=yes || echo \"status $?\"", "");
        Assert.Contains("the host key is unknown", said, StringComparison.Ordinal);
        Assert.Contains("status 3", said, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("known")));
    }
}

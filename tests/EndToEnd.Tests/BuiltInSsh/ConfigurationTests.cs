namespace EndToEnd.Tests.BuiltInSsh;

/// <summary>ssh's configuration is followed or refused, and never ignored.</summary>
public sealed class ConfigurationTests : BuiltInTest
{
    [Cases(Needs.Sshd)]
    [InlineData("-o ProxyJump=other", "-o: ProxyJump: the built-in ssh does not support this keyword")]
    [InlineData("-o StrictHostKeyChecking=no", "-o: StrictHostKeyChecking: no: the built-in ssh supports only yes and ask")]
    [InlineData("-o 'HostKeyAlias other'", "-o: HostKeyAlias: the built-in ssh does not support this keyword")]
    public async Task An_unsupported_keyword_ends_the_copy(string words, string message) =>
        (await Run($"""
            {Setup}
            copy {words}
            """)).Is(3).Says(message, "the built-in ssh could not connect or log in");

    /// <summary>The usual files, those that they include, and the blocks for other hosts.</summary>
    [Case(Needs.Sshd)]
    public async Task The_users_own_file_counts() =>
        (await Run($$"""
            {{Setup}}
            mkdir -m 700 .ssh
            { echo 'Host other'; echo 'ProxyJump nowhere'; echo 'Include included-*'; } > .ssh/config
            cp config .ssh/included-1
            { echo 'Host *'; echo 'Include included-*'; } >> .ssh/config
            dmscp -w -e builtin -s far -o GlobalKnownHostsFile=none -l source -d "$PWD" -f there
            cmp source there
            chmod 666 .ssh/config
            dmscp -w -e builtin -s far -l source -d "$PWD" -f again
            """)).Is(3).Says("config: another user owns this file or can write it");

    /// <summary>The launcher accepts data from the address to which ssh's configuration maps the host.</summary>
    [Case(Needs.Sshd)]
    public async Task It_prints_the_configuration() =>
        (await Run($"""
            {Setup}
            pipe -ssh -F config -o ConnectTimeout=7 -G -- far
            """)).Is(0).Prints($"host far\nhostname 127.0.0.1\nport {Lab.Shared.Port}\nuser {Environment.UserName}\nconnecttimeout 7\n");
}

namespace EndToEnd.Tests.BuiltInSsh;

/// <summary>ssh's configuration is followed or refused, and never ignored.</summary>
public sealed class ConfigurationTests : BuiltInTest
{
    [Cases(Needs.Sshd)]
    [InlineData("-o ProxyJump=other", "-o: ProxyJump: the built-in ssh does not support this word")]
    [InlineData("-o StrictHostKeyChecking=no", "-o: StrictHostKeyChecking: no: the built-in ssh trusts no unknown host by itself")]
    [InlineData("-o 'HostKeyAlias other'", "-o: HostKeyAlias: the built-in ssh does not support this word")]
    public async Task A_word_that_is_not_supported_ends_the_copy(string words, string message) =>
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
            """)).Is(3).Says("config: another user owns this file or may write it");

    /// <summary>A host that another name leads to may send data from the address that ssh's configuration has for it.</summary>
    [Case(Needs.Sshd)]
    public async Task It_says_what_the_configuration_means() =>
        (await Run($"""
            {Setup}
            pipe -ssh -F config -o ConnectTimeout=7 -G -- far
            """)).Is(0).Prints($"host far\nhostname 127.0.0.1\nport {Lab.Shared.Port}\nuser {Environment.UserName}\nconnecttimeout 7\n");
}

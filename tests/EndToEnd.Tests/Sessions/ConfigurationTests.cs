namespace EndToEnd.Tests.Sessions;

/// <summary>/etc/pipe/config and the user's file give the defaults of every front end.</summary>
public sealed class ConfigurationTests : CopyTest
{
    // A copy of /etc that only this test sees. Other tests make and remove files there meanwhile.
    private const string Setup = """
        set -e
        unset XDG_CONFIG_HOME
        export HOME=$PWD/home
        mkdir -p home/.config/pipe dir
        cp -a /etc etc 2> /dev/null || [ -e etc/passwd ]; mkdir -p etc/pipe; mount --bind etc /etc
        system() { printf '%s\n' "$@" > /etc/pipe/config; }
        users() { printf '%s\n' "$@" > home/.config/pipe/config; }
        echo data > file

        """;

    [Cases(Needs.Mount)]
    [InlineData("yscp", "--print-plan file node1:")]
    [InlineData("ytar", "--print-plan dir node1:there")]
    [InlineData("yarchive", "put --print-plan node1:there")]
    [InlineData("dccli", "--print-plan file node1:")]
    public async Task A_front_end_takes_the_files_and_the_command_line_in_that_order(string program, string words) =>
        (await RunWithMounts(Setup + $$"""
            system 'streams 3' 'ports 5000-5099' 'host node*' 'mtu 1400' 'program {{program}}' 'timeout 7'
            users 'ports 6000-6099' 'host other' 'mtu 9000'
            {{program}} {{words}} > plan
            for word in '-streams 3' '-p 6000-6099' '-mtu 1400' '-timeout 7'; do grep -oe " $word" plan; done
            {{program}} --streams 5 {{words}} | grep -o ' -streams .'
            """)).Is(0).Prints(" -streams 3\n -p 6000-6099\n -mtu 1400\n -timeout 7\n -streams 5\n");

    [Case(Needs.Mount)]
    public async Task A_printed_plan_means_the_same_with_and_without_the_files() =>
        (await RunWithMounts(Setup + """
            users 'channel udp' 'encrypt yes'
            yscp --channel tcp --print-plan file node1: | tee plan
            eval "$(sed 's/$/ -print-plan/' plan)" | diff plan -
            users 'program dmscp' 'channel udp'
            eval "$(sed 's/$/ -print-plan/' plan)" | grep -o -e '-channel udp'
            """)).Is(0).Says();

    /// <summary>The command line for the host that sends has the settings for the data; protection holds if one of the hosts wants it.</summary>
    [Cases(Needs.Mount)]
    [InlineData("'encrypt yes'", "", "--encrypt")]
    [InlineData("'host h2' 'encrypt yes'", "", "--encrypt")]
    [InlineData("'host sender' 'encrypt yes'", "", "--encrypt")]
    [InlineData("'rate 5m' 'channel udp' 'host h*' 'ports 5000-5099'", "--rate 7m", "--ports 5000-5099 --channel udp --rate 7m")]
    [InlineData("'authenticate yes' 'host h1' 'timeout 9'", "--timeout 5", "--authenticate --timeout 5")]
    public async Task Another_machine_sends_as_the_file_says(string lines, string options, string words) =>
        (await RunWithMounts(Setup + $$"""
            users {{lines}}
            dccli {{options}} --print-plan -H sender file h1:/x h2:/x > plan
            dccli {{options}} --print-plan sender:file h1:/x h2:/x | diff plan -
            grep -o -e '-program [^ ]*' plan | sed 's/-program //' | tr '\n' ' '
            """)).Is(0).Prints($"dccli {words} -B -- file h1:/x h2:/x ");

    [Case(Needs.Mount)]
    public async Task Another_machine_sends_nothing_if_one_command_line_cannot_say_it() =>
        (await RunWithMounts(Setup + """
            users 'host h2' 'ports 5000'
            dccli --print-plan -H sender file h1:/x h2:/x
            """)).Is(2).Says("--ports: the configuration has a value for h2 that not every destination has", "hint: write --ports on the command line");

    /// <summary>strace sees the data in the clear on the links of a chain, unless one node wants them encrypted.</summary>
    [Case(Needs.Mount, "strace")]
    public async Task A_chain_is_encrypted_if_one_node_wants_it() =>
        (await RunWithMounts(Setup + """
            yes SECRETSECRET | head -c 3000000 > image || true
            send() { strace -f -qq -e trace=sendmsg,sendto,write,writev -s 100 -o trace dolly -q -I image -O $PWD/%h -H n1,n2 --launch local; cmp image n1; cmp image n2; grep -q SECRETSECRET trace && echo clear || echo sealed; }
            send
            users 'host n2' 'encrypt yes'
            send
            """)).Is(0).Prints("clear\nsealed\n");

    [Cases(Needs.Mount)]
    [InlineData("system 'streams 3' 'chanel udp'", "/etc/pipe/config:2: chanel: no such name", "did you mean channel?")]
    [InlineData("users 'program dcli'", "/.config/pipe/config:1: dcli: no such program", "did you mean dccli?")]
    [InlineData("users 'program ytar' 'encrypt maybe'", "/.config/pipe/config:2: encrypt: maybe: neither yes nor no", "")]
    public async Task A_mistake_is_an_error_of_every_front_end(string files, string cause, string hint) =>
        (await RunWithMounts(Setup + $$"""
            {{files}}
            for call in 'yscp file node1:' 'ytar dir node1:there' 'dccli file node1:' 'yarchive put node1:there' 'lazyclone node1:disk copy'; do $call 2>> said || echo $?; done
            cat said >&2
            """)).Is(0).Says(cause, hint, "dccli: error: ", "lazyclone: error: ", "yarchive: error: ", "yscp: error: ", "ytar: error: ");

    [Case(Needs.Mount)]
    public async Task A_copy_goes_as_the_file_says() =>
        (await RunWithMounts(Setup + """
            users 'host h1' 'connect ssh' 'checksum sha256' 'host h2' 'streams 2' 'checksum none' 'host h3' 'checksum crc32c' 'encrypt yes'
            mkdir t1 t2 t3; head -c 5000000 /dev/urandom > file
            dccli --launch local --json file h1:$PWD/t1 h2:$PWD/t2 h3:$PWD/t3 | grep -o '"resent":.*"way":"[a-z]*"'
            for target in t1 t2 t3; do cmp file $target/file; done
            """)).Is(0).Prints("""
                "resent":0,"retries":0,"way":"ssh"
                "resent":0,"retries":0,"way":"direct"
                "resent":0,"retries":0,"way":"direct"

                """);
}

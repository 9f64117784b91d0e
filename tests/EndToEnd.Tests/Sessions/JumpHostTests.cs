using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Sessions;

/// <summary>Behind another host that ssh goes through: the data go beside it if they can, and through it if not.</summary>
public sealed class JumpHostTests : CopyTest
{
    [Case(Needs.Sshd)]
    public async Task Behind_a_jump_host_that_is_on_the_way_anyhow_data_go_direct() =>
        (await Run("""
            set -e
            { printf 'Host jumped\n  HostName 127.0.0.1\n  ProxyJump HOST\n'; cat "$SSH_CONFIG"; } > config
            head -c 5000000 /dev/urandom > source
            dmscp -w -s jumped -ssh-config "$PWD/config" -events events -l source -d "$PWD" -f there
            cmp source there
            tail -n 1 events | grep '"way":"direct"'
            dmscp -r -s jumped -ssh-config "$PWD/config" -d "$PWD" -R 'cat there' | cmp source -
            """)).Is(0);

    [Case(Needs.Root, "ip", "gcc", "nc", Needs.Tunnel)]
    public async Task Where_nobody_reaches_the_other_but_ssh_data_go_through_it_and_the_reasons_are_told()
    {
        // Only host a knows the way to host b; we are neither.
        var result = await Run($$"""
            set -e
            export LAB_DIR=$PWD/lab LAB_NAME=$PIPE_TEST
            lab={{Checkout.PathOf("tests/lab/lab")}}
            trap '"$lab" down > down 2>&1' EXIT
            "$lab" up --rate 1000 --delay 1 > up 2>&1 < /dev/null
            { printf 'Host far\n  HostName 10.78.0.2\n  ProxyCommand ip netns exec %s-a nc %%h %%p\n' "$LAB_NAME"; cat "$LAB_DIR/ssh_config"; } > config
            head -c 5000000 /dev/urandom > source
            dmscp -w -s far -ssh-config "$PWD/config" -prefix "PATH=$PATH" -events events -l source -d "$PWD" -f there
            cmp source there
            grep -o '"event":"channel".*' events
            """);
        result.Is(0);
        Assert.Contains("\"way\":\"ssh\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("direct: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("reverse: ", result.Output, StringComparison.Ordinal);
    }
}

namespace EndToEnd.Tests.Lazyclone;

/// <summary>A source on another host, over ssh and the data connections of the engine.</summary>
public sealed class RemoteTests : CloneTest
{
    [Cases(Needs.Sshd, "nbdcopy", "qemu-io")]
    [InlineData("")]
    [InlineData("--connect ssh")]
    [InlineData("--encrypt")]
    [InlineData("--channel udp")]
    public async Task It_is_used_at_once_and_becomes_a_plain_file(string words) =>
        (await RunClone($"""
            head -c 12M /dev/urandom > src
            truncate -s 20000001 src
            serve -F "$SSH_CONFIG" {words} HOST:$at/src dst.clone no_hydration
            qemu-io -f raw -c 'read 5M 4k' -c 'read -P 0 15M 1M' "$(uri dst.clone)" | grep -c ops
            test "$(figure dst.clone source_bytes)" -le 400000
            nbdcopy "$(uri dst.clone)" out
            cmp src out
            test "$(figure dst.clone source_bytes)" -le 12700000
            finish dst.clone
            cmp src dst.clone
            test $(du -k dst.clone | cut -f1) -lt 13500
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task The_printed_plan_copies_the_same_at_once() =>
        (await RunClone("""
            head -c 4M /dev/urandom > src
            lazyclone -F "$SSH_CONFIG" --print-plan HOST:$at/src plain no_hydration > plan
            cat plan
            test "$(wc -l < plan)" = 1
            sh plan
            cmp src plain
            status=0; lazyclone --print-plan src other.clone 2> said || status=$?
            test $status = 2
            grep 'only a source on another host has a plan' said
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task A_source_that_changes_meanwhile_is_told_at_the_end() =>
        (await RunClone("""
            head -c 4M /dev/urandom > src
            serve -F "$SSH_CONFIG" HOST:$at/src dst.clone
            lazyclone wait dst.clone.socket
            sleep 1.1; touch src
            status=0; lazyclone finish dst.clone.socket 2> said || status=$?
            cat said
            test $status = 1
            grep 'changed while it was read' said
            test -e dst.clone.lazyclone
            stop
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task Whole_regions_that_are_written_or_discarded_are_not_read() =>
        (await RunClone("""
            head -c 8M /dev/urandom > src
            serve -F "$SSH_CONFIG" HOST:$at/src dst.clone no_hydration
            before=$(figure dst.clone source_bytes)
            qemu-io -f raw -c 'write -P 3 0 4M' -c 'discard 4M 4M' "$(uri dst.clone)"
            lazyclone message dst.clone.socket enable_hydration
            lazyclone wait dst.clone.socket
            test "$(figure dst.clone source_bytes)" = $before
            finish dst.clone
            """)).Is(0);
}

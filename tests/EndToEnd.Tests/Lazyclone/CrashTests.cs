using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Lazyclone;

/// <summary>What a client was told is durable is durable.</summary>
public sealed class CrashTests : CloneTest
{
    [Case("nbdsh", "python3")]
    public async Task Kills_under_a_writer_lose_nothing_that_was_flushed() =>
        (await RunClone($"bash '{Checkout.PathOf("tests/lab/lazykill")}' 6 $RANDOM")).Is(0);

    /// <summary>The library takes back what the program did not sync.</summary>
    [Case("nbdsh", "python3", "gcc")]
    public async Task Power_losses_under_a_writer_lose_nothing_that_was_flushed() =>
        (await RunClone($"VOLATILE={Lab.Shared.Volatile} bash '{Checkout.PathOf("tests/lab/lazykill")}' 12 $RANDOM")).Is(0);

    [Case(Needs.Sshd, "nbdsh", "python3")]
    public async Task Nor_do_they_with_a_source_on_another_host() =>
        (await RunClone($"""bash '{Checkout.PathOf("tests/lab/lazykill")}' 3 $RANDOM -F "$SSH_CONFIG" HOST:$at/src.raw""")).Is(0);

    [Case("qemu-io")]
    public async Task With_damaged_metadata_a_clone_fails_until_they_are_repaired() =>
        (await RunClone("""
            head -c 4M /dev/urandom > src
            serve src dst.clone
            lazyclone wait dst.clone.socket
            qemu-io -f raw -c 'write -P 5 0 64k' -c flush "$(uri dst.clone)"
            crash
            printf x | dd of=dst.clone.lazyclone bs=1 seek=8300 conv=notrunc status=none
            lazyclone src dst.clone 2> said & server=$!
            soon lazyclone wait --event mode dst.clone.socket
            grep 'sector 0 of the bitmap is damaged' said
            grep 'lazyclone repair dst.clone.lazyclone fetches' said
            test "$(lazyclone status dst.clone.socket)" = '0 8192 clone Fail'
            for command in 'read 0 64k' 'write 0 64k' 'read 1M 64k'; do
              qemu-io -f raw -c "$command" "$(uri dst.clone)" 2>&1 | grep -i 'input/output error'
            done
            status=0; lazyclone finish dst.clone.socket || status=$?
            test $status = 1
            stop
            lazyclone repair dst.clone.lazyclone 2> said
            grep '1 damaged sectors' said
            serve src dst.clone
            finish dst.clone
            """)).Is(0);

    [Case("qemu-io", "strace")]
    public async Task The_order_of_a_commit_is_destination_then_bits() =>
        (await RunClone("""
            head -c 1M /dev/urandom > src
            serve src dst.clone no_hydration
            strace -f -y -qq -e trace=fdatasync,pwrite64 -o calls -p "$server" & tracer=$!
            traced() { ! grep -q 'TracerPid:.0$' /proc/$server/status; }
            soon traced
            qemu-io -f raw -c 'write -P 5 0 64k' -c flush -c 'write -P 6 0 64k' -c flush -c flush "$(uri dst.clone)" > said
            kill $tracer; wait $tracer || true
            sed 's/^[0-9]* *//' calls | grep -E 'dst.clone' > order
            cat order
            test "$(grep -c 'pwrite64.*dst.clone.lazyclone' order)" = 1
            sync=$(grep -n 'fdatasync.*dst.clone>' order | head -n 1 | cut -d: -f1)
            bits=$(grep -n 'pwrite64.*dst.clone.lazyclone' order | cut -d: -f1)
            data=$(grep -n 'pwrite64.*dst.clone>' order | head -n 1 | cut -d: -f1)
            test "$data" -lt "$sync"
            test "$sync" -lt "$bits"
            stop
            """)).Is(0);

    [Case("qemu-io", "strace")]
    public async Task What_was_written_last_is_synced_before_the_metadata_go() =>
        (await RunClone("""
            head -c 1M /dev/urandom > src
            serve src dst.clone
            lazyclone wait dst.clone.socket
            strace -f -y -qq -e trace=fdatasync,pwrite64,unlink,unlinkat -o calls -p "$server" & tracer=$!
            traced() { ! grep -q 'TracerPid:.0$' /proc/$server/status; }
            soon traced
            qemu-io -f raw -t unsafe -c 'write -P 5 0 64k' "$(uri dst.clone)" > said
            finish dst.clone
            wait $tracer || true
            cat calls
            data=$(grep -n 'pwrite64.*dst.clone>' calls | tail -n 1 | cut -d: -f1)
            sync=$(grep -n 'fdatasync.*dst.clone>' calls | tail -n 1 | cut -d: -f1)
            gone=$(grep -n 'unlink.*dst.clone.lazyclone"' calls | cut -d: -f1)
            test "$data" -lt "$sync"
            test "$sync" -lt "$gone"
            """)).Is(0);

    [Case("qemu-io")]
    public async Task Commits_come_with_a_flush_that_changes_something_and_by_themselves() =>
        (await RunClone("""
            head -c 4M /dev/urandom > src
            serve src dst.clone no_hydration
            qemu-io -f raw -c 'write -P 5 0 64k' -c flush "$(uri dst.clone)" > said
            test "$(figure dst.clone commits)" = 1
            qemu-io -f raw -c 'write -P 6 0 64k' -c flush -c flush "$(uri dst.clone)" > said
            test "$(figure dst.clone commits)" = 1
            qemu-io -f raw -c 'discard 1M 64k' -c flush -c 'discard 1M 64k' -c flush "$(uri dst.clone)" > said
            test "$(figure dst.clone commits)" = 2
            qemu-io -f raw -c 'write -P 7 2M 64k' "$(uri dst.clone)" > said
            committed() { test "$(figure dst.clone commits)" = 3; }
            soon committed
            stop
            """)).Is(0);
}

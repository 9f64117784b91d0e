using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Lazyclone;

/// <summary>What a running clone is asked.</summary>
public sealed class CommandTests : CloneTest
{
    [Case("nbdinfo")]
    public async Task Ranges_of_a_file_are_warmed_and_nothing_else() =>
        (await RunClone("""
            head -c 16M /dev/urandom > src
            serve src dst.clone no_hydration
            printf '# what the guest reads at boot\n\n0-4095\n 1m-1114111 \n15m-\n1t-\n' > ranges
            lazyclone warm --file ranges dst.clone.socket
            local_bytes() { nbdinfo --map=x-lazyclone:hydrated "$(uri dst.clone)" | awk '$3 == 1 { sum += $2 } END { print sum }'; }
            # The samples of the source are not stored.
            test "$(local_bytes)" = $((65536 + 65536 + 1048576))
            echo 2m-2162687 | lazyclone warm --file - --range 3m-3211263 dst.clone.socket
            test "$(local_bytes)" = $((65536 * 4 + 1048576))
            says() { local want=$1 text=$2 status=0; shift 2; lazyclone "$@" 2> said || status=$?; cat said; test $status = $want; grep -e "$text" said; }
            echo 5-3 > ranges
            says 2 'ranges: 5-3: not a range of bytes' warm --file ranges dst.clone.socket
            says 1 'no such file' warm --file nothing dst.clone.socket
            lazyclone warm dst.clone.socket
            test "$(local_bytes)" = 16777216
            stop
            """)).Is(0);

    [Case("nbdkit")]
    public async Task Warming_fails_in_time_if_the_source_does_not_deliver() =>
        (await RunClone("""
            head -c 4M /dev/urandom > src
            nbdkit -f -U "$at/source.sock" -P source.pid --filter=error file src error-pread=EIO error-pread-rate=100% error-file="$at/inject" & kit=$!
            soon test -e source.pid
            serve "$from" dst.clone no_hydration --io-timeout 1
            touch inject
            status=0; lazyclone warm --range 0-1m dst.clone.socket 2> said || status=$?
            cat said
            test $status = 1
            grep '17 regions have not arrived within 1 seconds' said
            rm inject
            lazyclone warm --range 0-1m dst.clone.socket
            stop
            kill $kit; wait $kit || true
            """)).Is(0);

    [Case]
    public async Task The_memory_of_the_bitmaps_is_released_at_the_end() =>
        (await RunClone("""
            head -c 4M /dev/urandom > src
            serve src dst.clone no_hydration
            lazyclone warm --range 0-1 dst.clone.socket
            test "$(figure dst.clone bitmap_bytes)" -gt 0
            lazyclone message dst.clone.socket enable_hydration
            lazyclone wait dst.clone.socket
            test "$(figure dst.clone bitmap_bytes)" = 0
            stop
            serve src dst.clone
            lazyclone wait dst.clone.socket
            test "$(figure dst.clone bitmap_bytes)" = 0
            finish dst.clone
            """)).Is(0);

    [Case]
    public async Task Each_event_is_waited_for_and_the_last_one_ends_all_waits() =>
        (await RunClone("""
            head -c 4M /dev/urandom > src
            serve src dst.clone no_hydration
            lazyclone wait dst.clone.socket & hydrated=$!
            lazyclone wait --event finished dst.clone.socket & finished=$!
            lazyclone wait --event source-lost dst.clone.socket 2> said & never=$!
            sleep 0.5
            lazyclone message dst.clone.socket enable_hydration
            wait $hydrated
            finish dst.clone
            wait $finished
            status=0; wait $never || status=$?
            cat said
            test $status = 6
            grep 'the clone ends' said
            """)).Is(0);

    [Case]
    public async Task What_cannot_be_finished_says_why_at_once() =>
        (await RunClone("""
            head -c 4M /dev/urandom > src
            serve src dst.clone no_hydration
            status=0; lazyclone finish dst.clone.socket 2> said || status=$?
            cat said
            test $status = 1
            grep '64 regions are missing, and the background does not run' said
            grep 'enable_hydration' said
            lazyclone message dst.clone.socket enable_hydration
            finish dst.clone
            cmp src dst.clone
            """)).Is(0);

    [Case("python3")]
    public async Task Programs_for_dm_clone_follow_the_hydration_by_its_status_line() =>
        (await RunClone($$"""
            head -c 16M /dev/urandom > src
            serve src dst.clone --rate 8m no_hydration no_discard_passdown
            /usr/bin/python3 '{{Checkout.PathOf("tests/lab/clonestatus")}}' dst.clone.socket > said & parser=$!
            many() { test "$(wc -l < said)" -gt 3; }
            soon many
            lazyclone message dst.clone.socket enable_hydration
            wait $parser
            cat said
            test "$(head -n 1 said)" = '0 32768 clone 8 3/3 128 0/256 0 2 no_hydration no_discard_passdown 4 hydration_threshold 64 hydration_batch_size 16 rw'
            test "$(tail -n 1 said)" = '0 32768 clone 8 3/3 128 256/256 0 1 no_discard_passdown 4 hydration_threshold 64 hydration_batch_size 16 rw'
            finish dst.clone
            """)).Is(0);

    /// <summary>As systemd does it: the socket listens already, and belongs to the service manager.</summary>
    [Case(Needs.Sshd, "python3", "nbdcopy")]
    public async Task A_socket_of_the_service_manager_serves_many_clients_and_is_not_passed_on() =>
        (await RunClone("""
            head -c 4M /dev/urandom > src
            cat > manager.py << 'END'
            import os, socket, sys
            one = socket.socket(socket.AF_UNIX)
            one.bind(os.path.abspath('active.clone.socket'))
            one.listen(5)
            os.dup2(one.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')
            os.execvp('lazyclone', ['lazyclone', '-q', '--socket', 'own.clone.socket'] + sys.argv[1:])
            END
            python3 manager.py -F "$SSH_CONFIG" HOST:$at/src dst.clone & server=$!
            soon lazyclone status own.clone.socket
            for i in 1 2 3; do nbdcopy "$(uri active.clone)" out$i & copies="$copies $!"; done
            for copy in $copies; do wait $copy; done
            for i in 1 2 3; do cmp src out$i; done
            inode=$(awk -v path=$at/active.clone.socket '$6 == "01" && $8 == path { print $7 }' /proc/net/unix | head -n 1)
            ls -l /proc/$server/fd | grep -q "socket:.$inode."
            for child in $(pgrep -P $server); do not grep -q "socket:.$inode." <(ls -l /proc/$child/fd); done
            finish own.clone
            cmp src dst.clone
            """)).Is(0);
}

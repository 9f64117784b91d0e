namespace EndToEnd.Tests.Lazyclone;

/// <summary>Sources that go and come back, destinations that are full.</summary>
public sealed class FailureTests : CloneTest
{
    [Case("nbdkit", "qemu-io", "nbdcopy")]
    public async Task A_source_that_is_lost_is_waited_for_and_one_that_is_back_is_used_again() =>
        (await RunClone("""
            head -c 16M /dev/urandom > src
            delayed 5ms
            serve "$from" dst.clone no_hydration --io-timeout 1
            qemu-io -f raw -c 'read 0 1M' "$(uri dst.clone)" | grep '1 MiB, 1 ops'
            kill -9 $kit; wait $kit 2> /dev/null || true
            gone() { test "$(figure dst.clone source_lost)" = True; }
            soon gone
            qemu-io -f raw -c 'read 0 1M' -c 'write -P 9 8M 1M' -c 'read -P 9 8M 1M' -c flush "$(uri dst.clone)" > said
            test "$(grep -c 'ops' said)" = 3
            qemu-io -f raw -c 'read 4M 64k' "$(uri dst.clone)" 2>&1 | grep -i 'read failed: Input/output error'
            rm -f source.sock source.pid
            delayed 5ms
            back() { test "$(figure dst.clone source_lost)" = False; }
            soon back
            lazyclone message dst.clone.socket enable_hydration
            finish dst.clone
            kill $kit; wait $kit || true
            cp src expected
            qemu-io -f raw -c 'write -P 9 8M 1M' expected > said
            cmp expected dst.clone
            """)).Is(0);

    [Case("nbdkit")]
    public async Task A_source_that_is_another_one_when_it_is_back_fails_the_clone() =>
        (await RunClone("""
            head -c 16M /dev/urandom > src
            delayed 5ms
            serve "$from" dst.clone no_hydration
            kill -9 $kit; wait $kit 2> /dev/null || true
            head -c 16M /dev/urandom > src
            rm -f source.sock source.pid
            delayed 5ms
            failed() { lazyclone status dst.clone.socket | grep -q ' clone Fail$'; }
            soon failed
            stop
            kill $kit; wait $kit || true
            """)).Is(0);

    [Case("nbdkit")]
    public async Task Failures_in_a_row_stop_the_background_with_one_event_and_a_message_lets_it_go_on() =>
        (await RunClone("""
            head -c 4M /dev/urandom > src
            nbdkit -f -U "$at/source.sock" -P source.pid --filter=error file src error-pread=EIO error-pread-rate=100% error-file="$at/inject" & kit=$!
            soon test -e source.pid
            serve "$from" dst.clone no_hydration --max-failures 2
            touch inject
            lazyclone message dst.clone.socket enable_hydration
            lazyclone wait --event hydration-stopped dst.clone.socket
            lazyclone status dst.clone.socket | grep ' 1 no_hydration '
            rm inject
            lazyclone message dst.clone.socket enable_hydration
            finish dst.clone
            cmp src dst.clone
            kill $kit; wait $kit || true
            """)).Is(0);

    [Case("nbdkit")]
    public async Task After_failures_a_new_connection_lets_the_background_go_on() =>
        (await RunClone("""
            head -c 4M /dev/urandom > src
            nbdkit -f -U "$at/source.sock" -P source.pid --filter=error file src error-pread=EIO error-pread-rate=100% error-file="$at/inject" & kit=$!
            soon test -e source.pid
            serve "$from" dst.clone no_hydration --max-failures 2
            touch inject
            lazyclone message dst.clone.socket enable_hydration
            lazyclone wait --event hydration-stopped dst.clone.socket
            kill -9 $kit; wait $kit 2> /dev/null || true
            rm -f source.sock source.pid
            delayed 0
            lazyclone wait dst.clone.socket
            finish dst.clone
            cmp src dst.clone
            kill $kit; wait $kit || true
            """)).Is(0);

    [Case(Needs.Mount, "qemu-io", "nbdcopy")]
    public async Task A_full_destination_is_said_to_writers_and_readers_have_what_they_want() =>
        (await RunCloneWithMounts("""
            head -c 16M /dev/urandom > src
            mkdir small
            mount -t tmpfs -o size=4m none small
            serve src small/dst.clone --metadata meta --socket small/dst.clone.socket
            lazyclone wait --event hydration-stopped small/dst.clone.socket
            lazyclone status small/dst.clone.socket | grep ' 1 no_hydration '
            nbdcopy "$(uri small/dst.clone)" out
            cmp src out
            qemu-io -f raw -c 'write -P 1 15M 1M' "$(uri small/dst.clone)" 2>&1 | grep -i 'no space left'
            mount -o remount,size=40m small
            lazyclone message small/dst.clone.socket enable_hydration
            finish small/dst.clone
            cmp src small/dst.clone
            """)).Is(0);

    [Case(Needs.Mount, "qemu-io", "nbdcopy")]
    public async Task Where_the_metadata_cannot_be_written_what_is_hydrated_is_served_and_the_rest_is_read_only() =>
        (await RunCloneWithMounts("""
            head -c 4M /dev/urandom > src
            mkdir meta
            mount -t tmpfs none meta
            serve src dst.clone --metadata meta/dst no_hydration
            qemu-io -f raw -c 'write -P 5 0 64k' -c flush "$(uri dst.clone)" > said
            stop
            mount -o remount,ro meta
            serve src dst.clone --metadata meta/dst
            lazyclone status dst.clone.socket | grep ' 1/64 0 0 4 .* ro$'
            cp src expected
            qemu-io -f raw -c 'write -P 6 0 64k' expected > said
            qemu-io -f raw -c 'read -P 5 0 64k' -c 'write -P 6 0 64k' -c flush "$(uri dst.clone)" > said
            test "$(grep -c ops said)" = 2
            qemu-io -f raw -c 'write -P 7 1M 64k' "$(uri dst.clone)" 2>&1 | grep -i 'write failed: input/output error'
            nbdcopy "$(uri dst.clone)" out
            cmp expected out
            stop
            mount -o remount,rw meta
            serve src dst.clone --metadata meta/dst
            finish dst.clone
            cmp expected dst.clone
            """)).Is(0);

    [Case(Needs.Sshd, "nbdcopy")]
    public async Task A_source_on_another_host_survives_the_end_of_its_server() =>
        (await RunClone("""
            head -c 64M /dev/urandom > src
            serve -F "$SSH_CONFIG" --rate 8m HOST:$at/src dst.clone -events events
            kill -9 $(pgrep -f -x 'dmscp -server' | while read p; do tr '\0' '\n' < /proc/$p/environ | grep -q "PIPE_TEST=$PIPE_TEST" && echo $p; done)
            lazyclone wait --event source-back dst.clone.socket
            grep '"event":"source-lost"' events
            nbdcopy "$(uri dst.clone)" out
            cmp src out
            lazyclone message dst.clone.socket rate 0
            finish dst.clone
            cmp src dst.clone
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task A_source_on_another_host_that_changes_while_its_server_is_away_fails_the_clone() =>
        (await RunClone("""
            head -c 64M /dev/urandom > src
            serve -F "$SSH_CONFIG" HOST:$at/src dst.clone no_hydration
            head -c 64M /dev/urandom > another
            mv another src
            kill -9 $(pgrep -f -x 'dmscp -server' | while read p; do tr '\0' '\n' < /proc/$p/environ | grep -q "PIPE_TEST=$PIPE_TEST" && echo $p; done)
            lazyclone wait --event mode dst.clone.socket
            test "$(lazyclone status dst.clone.socket)" = '0 131072 clone Fail'
            stop
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task A_login_that_is_lost_is_said_and_made_again() =>
        (await RunClone("""
            head -c 32M /dev/urandom > src
            serve -F "$SSH_CONFIG" --rate 4m HOST:$at/src dst.clone -events events
            kill -9 $(pgrep -P $server -x ssh)
            soon grep '"event":"source-lost"' events
            soon grep '"event":"source-back"' events
            test "$(figure dst.clone source_lost)" = False
            lazyclone message dst.clone.socket rate 0
            finish dst.clone
            cmp src dst.clone
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task A_source_on_another_host_that_is_not_there_is_said() =>
        (await RunClone("""
            status=0; lazyclone -q -F "$SSH_CONFIG" HOST:$at/nothing dst.clone 2> said || status=$?
            cat said
            test $status = 1
            grep 'HOST: .*nothing: no such file or directory' said
            status=0; lazyclone -q -F "$SSH_CONFIG" closed:$at/nothing dst.clone 2> said || status=$?
            test $status = 3
            """)).Is(0);
}

namespace EndToEnd.Tests.Lazyclone;

/// <summary>What is refused before anything is served; with the numbers of dm-clone's own suite.</summary>
public sealed class CreationTests : CloneTest
{
    [Case]
    public async Task The_limits_are_those_of_dm_clone() =>
        (await RunClone("""
            truncate -s 4M src
            says() { local want=$1 text=$2 status=0; shift 2; lazyclone -q "$@" 2> said || status=$?; cat said; test $status = $want; grep -e "$text" said; }
            says 2 'not a power of two' src dst.clone --region 12k
            says 2 'not between 4k and 1g' src dst.clone --region 2k
            says 2 'not between 4k and 1g' src dst.clone --region 2g
            says 2 '8 sectors are 4096' src dst.clone --region 8
            says 2 'not a power of two' --table "0 8192 clone $at/meta $at/dst.clone $at/src 24"
            says 2 'not between 4k and 1g' --table "0 8192 clone $at/meta $at/dst.clone $at/src 4"
            says 2 'not between 4k and 1g' --table "0 8192 clone $at/meta $at/dst.clone $at/src 4194304"
            test ! -e dst.clone
            says 2 'the source has 4194304 bytes, the clone 4194816' --table "0 8193 clone $at/meta $at/dst.clone $at/src 8"
            rm -f dst.clone meta
            truncate -s 1M small
            says 2 'it is not empty' --table "0 8192 clone $at/meta $at/small $at/src 8"
            says 5 'it has 1048576 bytes, the clone 4194304' --force --table "0 8192 clone $at/meta2 $at/small $at/src 8"
            for region in 524288 2097152; do
              rm -f dst.clone meta*
              lazyclone -q --socket dst.clone.socket --table "0 8192 clone $at/meta $at/dst.clone $at/src $region" & server=$!
              soon lazyclone status dst.clone.socket
              lazyclone status dst.clone.socket | grep "^0 8192 clone 8 3/3 $region "
              stop
            done
            """)).Is(0);

    [Case]
    public async Task Metadata_of_another_size_destination_or_source_are_refused() =>
        (await RunClone("""
            head -c 4M /dev/urandom > src
            serve src dst.clone no_hydration --region 8k
            stop
            says() { local want=$1 text=$2 status=0; shift 2; lazyclone -q "$@" 2> said || status=$?; cat said; test $status = $want; grep -e "$text" said; }
            says 2 'the clone has regions of 8192 bytes' src dst.clone --region 4k
            says 2 'the clone has regions of 8192 bytes' src dst.clone --region 16k
            says 2 '4193792 bytes: the clone has 4194304' --table "0 8191 clone $at/dst.clone.lazyclone $at/dst.clone $at/src 16"
            says 2 'the clone has 4194304' --table "0 8193 clone $at/dst.clone.lazyclone $at/dst.clone $at/src 16"
            head -c 4M /dev/urandom > other
            says 2 'the metadata of another source' other dst.clone
            cp dst.clone copy
            says 2 'the metadata of another destination' src copy --metadata dst.clone.lazyclone
            says 2 'the destination is the source' src src
            ln src link
            says 2 'the destination is the source' src link
            says 2 'it is not empty' src copy
            head -c 3M /dev/urandom > src
            says 2 'the source has 3145728 bytes, the clone 4194304' src dst.clone
            """)).Is(0);

    [Case]
    public async Task The_metadata_do_not_overwrite_the_clone_or_its_source() =>
        (await RunClone("""
            head -c 1M /dev/urandom > src
            cp src before
            says() { local want=$1 text=$2 status=0; shift 2; lazyclone -q "$@" 2> said || status=$?; cat said; test $status = $want; grep -e "$text" said; }
            says 2 'the metadata would overwrite the destination' src dst.clone --metadata dst.clone
            says 2 'the metadata would overwrite the destination' src dst.clone --metadata dst.clone --force
            says 2 'the metadata would overwrite the source' src dst.clone --metadata src --force
            says 2 'neither a file nor a block device' src dst.clone --metadata /dev/null
            echo notes > notes
            says 4 'not the metadata of a clone' src dst.clone --metadata notes
            cmp src before
            test "$(cat notes)" = notes
            """)).Is(0);

    /// <summary>As users of dm-clone have it: a device for the data and one for the metadata.</summary>
    [Case(Needs.Loop, "nbdcopy", "mkfs.ext4")]
    public async Task Devices_take_the_clone_and_the_metadata_and_are_plain_at_the_end() =>
        (await RunClone("""
            export PATH=$PATH:/usr/sbin:/sbin
            head -c 8M /dev/urandom > src
            truncate -s 8M a; truncate -s 1M b; truncate -s 8k c
            data=$(losetup -f --show a); notes=$(losetup -f --show b); small=$(losetup -f --show c)
            trap 'losetup -d $data $notes $small' EXIT
            says() { local want=$1 text=$2 status=0; shift 2; lazyclone -q "$@" 2> said || status=$?; cat said; test $status = $want; grep -e "$text" said; }
            says 5 'it has 8192 bytes, the metadata need 12288' --table "0 16384 clone $small $data $at/src 8"
            printf data | dd of=$notes conv=notrunc status=none
            says 4 'not the metadata of a clone' --table "0 16384 clone $notes $data $at/src 8"
            dd if=/dev/zero of=$notes bs=4k count=1 conv=notrunc status=none
            start() { lazyclone -q --socket dev.clone.socket --table "0 16384 clone $notes $data $at/src 8" & server=$!; soon lazyclone status dev.clone.socket; }
            start
            not mkfs.ext4 -q -F $data
            nbdcopy "$(uri dev.clone)" out
            cmp src out
            crash
            rm -f dev.clone.socket*
            start
            finish dev.clone
            cmp -n 8388608 src $data
            test -b $notes
            cmp -n 8192 $notes /dev/zero
            """)).Is(0);

    [Case]
    public async Task Events_are_lines_of_json() =>
        (await RunClone("""
            head -c 1M /dev/urandom > src
            serve src dst.clone -events events
            lazyclone wait dst.clone.socket
            stop
            python3 - << 'END'
            import json
            lines = [json.loads(line) for line in open('events')]
            lines[:2] = sorted(lines[:2], key=lambda line: line['event'] != 'serving') # a small source may be filled before that
            assert [line['event'] for line in lines] == ['serving', 'hydrated', 'verdict'], lines
            assert lines[0]['address'].startswith('nbd+unix:'), lines
            assert lines[2]['ok'] is True and lines[2]['exit'] == 0, lines
            END
            status=0
            lazyclone -q missing other.clone -events events || status=$?
            test $status = 1
            grep '"event":"verdict".*"ok":false,"exit":1' events
            """)).Is(0);

    [Case("script")]
    public async Task A_meter_is_drawn_where_there_is_a_terminal() =>
        (await RunClone("""
            head -c 16M /dev/urandom > src
            script -qfec 'lazyclone --progress --rate 2m src dst.clone' /dev/null < /dev/null > typed & server=$!
            soon grep -E 'dst.clone +[0-9]+% .*MiB/s .*ETA' typed
            lazyclone message dst.clone.socket rate 0
            finish dst.clone
            cmp src dst.clone
            rm -f dst.clone
            serve src dst.clone --progress
            finish dst.clone
            test ! -s errors
            """)).Is(0);

    [Case]
    public async Task Two_do_not_serve_one_clone() =>
        (await RunClone("""
            head -c 1M /dev/urandom > src
            serve src dst.clone
            status=0; lazyclone -q src dst.clone --socket another 2> said || status=$?
            test $status = 1
            grep 'another lazyclone serves this clone' said
            stop
            """)).Is(0);

    [Case(Needs.Mount, Needs.Loop, "mkfs.ext4")]
    public async Task What_is_mounted_is_neither_source_nor_destination() =>
        (await RunCloneWithMounts("""
            truncate -s 16M disk
            mkfs.ext4 -q disk
            loop=$(losetup -f --show disk)
            trap 'umount mnt 2> /dev/null || true; losetup -d $loop' EXIT
            mkdir mnt
            mount $loop mnt
            says() { local want=$1 text=$2 status=0; shift 2; lazyclone -q "$@" 2> said || status=$?; cat said; test $status = $want; grep -e "$text" said; }
            says 2 'it is mounted for writing on' $loop dst.clone
            truncate -s 16M src
            says 2 'it is mounted on' src $loop
            serve --live-source $loop dst.clone no_hydration
            stop
            mount -o remount,ro mnt
            rm dst.clone dst.clone.lazyclone
            serve $loop dst.clone
            finish dst.clone
            cmp $loop dst.clone
            """)).Is(0);

    [Case]
    public async Task Words_that_make_no_sense_are_refused() =>
        (await RunClone("""
            truncate -s 1M src
            says() { local want=$1 text=$2 status=0; shift 2; lazyclone "$@" 2> said || status=$?; cat said; test $status = $want; grep -e "$text" said; }
            says 2 'a source and a destination are wanted' src
            says 2 'yes_hydration: no such feature' src dst.clone yes_hydration
            says 2 'hydration_threshold: the number is missing' src dst.clone hydration_threshold
            says 2 'message: the message is missing' message socket
            says 2 'status: SOCKET is missing' status
            says 3 'no such file' status nothing.socket
            says 2 'not a table line' --table '0 8192 linear a 0'
            says 2 'not a number of feature arguments' --table "0 8192 clone m d s 8 3 a b c"
            says 2 'no such kind of URI' nbd+vsock://2/ dst.clone
            says 2 'the certificates are missing' nbds://host/ dst.clone
            says 2 'the socket is missing' nbd+unix:/// dst.clone
            serve src dst.clone
            says 2 'no such message' message dst.clone.socket start
            says 2 'no such event' wait --event done dst.clone.socket
            stop
            """)).Is(0);
}

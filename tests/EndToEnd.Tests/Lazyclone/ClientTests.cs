namespace EndToEnd.Tests.Lazyclone;

/// <summary>Clients that others have made.</summary>
public sealed class ClientTests : CloneTest
{
    [Case("nbdinfo", "nbdcopy")]
    public async Task Nbdinfo_and_nbdcopy_see_the_export_and_where_it_is_hydrated() =>
        (await RunClone("""
            head -c 3000123 /dev/urandom > src
            serve src dst.clone no_hydration
            test "$(nbdinfo --size "$(uri dst.clone)")" = 3000123
            nbdinfo --list "$(uri dst.clone)" | grep 'export=""'
            for can in cache df fast-zero flush fua multi-conn trim zero; do nbdinfo --can $can "$(uri dst.clone)"; done
            before=$(nbdinfo --map=x-lazyclone:hydrated "$(uri dst.clone)")
            nbdinfo --map=qemu:allocation-depth "$(uri dst.clone)" | grep 'backing depth 2'
            nbdcopy "$(uri dst.clone)" out
            cmp src out
            test "$(nbdinfo --map=x-lazyclone:hydrated "$(uri dst.clone)" | awk '{ print $1, $2, $3 }')" = '0 3000123 1'
            nbdinfo --map=qemu:allocation-depth "$(uri dst.clone)" | grep local
            nbdinfo --map "$(uri dst.clone)" | grep data
            grep -q ' 0' <<< "$before"
            stop
            """)).Is(0);

    [Case("nbdcopy")]
    public async Task Eight_copies_at_once_read_the_source_once() =>
        (await RunClone("""
            head -c 16M /dev/urandom > src
            serve src dst.clone
            for i in 1 2 3 4 5 6 7 8; do nbdcopy "$(uri dst.clone)" out$i & copies="$copies $!"; done
            for copy in $copies; do wait $copy; done
            for i in 1 2 3 4 5 6 7 8; do cmp src out$i; done
            lazyclone wait dst.clone.socket
            test "$(figure dst.clone source_bytes)" -le $((16777216 * 1005 / 1000))
            finish dst.clone
            cmp src dst.clone
            test ! -e dst.clone.lazyclone
            test ! -e dst.clone.socket
            """)).Is(0);

    [Case("qemu-img", "qemu-io")]
    public async Task Qemu_reads_writes_and_compares() =>
        (await RunClone("""
            head -c 8M /dev/urandom > src
            serve src dst.clone no_hydration
            qemu-img info "$(uri dst.clone)"
            qemu-img compare -f raw -F raw src "$(uri dst.clone)"
            cp src expected
            for disk in expected "$(uri dst.clone)"; do
              qemu-io -f raw -c 'write -P 1 1 1' -c 'write -P 2 65535 70000' -c 'write -z 1M 300k' -c 'write -zu 2000000 100000' \
                -c 'write -P 3 -f 4M 1M' -c 'discard 6M 64k' -c 'write -P 4 6M 64k' -c 'read -P 0 1M 300k' -c flush "$disk" > said
              not grep -i -E 'error|failed' said
            done
            qemu-img compare -f raw -F raw expected "$(uri dst.clone)"
            lazyclone message dst.clone.socket 0 enable_hydration
            finish dst.clone
            qemu-img compare -f raw -F raw expected dst.clone
            cmp expected dst.clone
            """)).Is(0);

    [Case("python3", "nbdsh")]
    public async Task Libnbd_reads_unaligned_and_the_largest_requests() =>
        (await RunClone("""
            head -c 40000000 /dev/urandom > src
            serve src dst.clone no_hydration
            cat > test.py << 'END'
            import nbd, os, sys
            source = bytearray(open('src', 'rb').read())
            for structured in True, False:
                h = nbd.NBD()
                h.set_request_structured_replies(structured)
                h.connect_uri(sys.argv[1])
                h.set_strict_mode(0)
                assert h.pread((1 << 20) + 14, 1) == source[1:(1 << 20) + 15]
                assert h.pread(32 << 20, 12345) == source[12345:12345 + (32 << 20)]
                big = os.urandom(32 << 20)
                h.pwrite(big, 777, nbd.CMD_FLAG_FUA)
                source[777:777 + len(big)] = big
                assert h.pread(32 << 20, 0) == source[:32 << 20]
                assert h.pread(len(source) - 39000000, 39000000) == source[39000000:]
                for call in lambda: h.pread(1, len(source)), lambda: h.pread(10, len(source) - 5), lambda: h.pwrite(b'x', len(source)), lambda: h.pread((32 << 20) + 1, 0):
                    try:
                        call()
                        sys.exit('a request beyond the limits was answered')
                    except nbd.Error:
                        pass
                h.cache(1 << 20, 0)
                h.zero(100000, 3, nbd.CMD_FLAG_NO_HOLE)
                source[3:100003] = bytes(100000)
                assert h.pread(200000, 0) == source[:200000]
                h.flush()
                h.shutdown()
            open('expected', 'wb').write(source)
            END
            /usr/bin/python3 test.py "$(uri dst.clone)"
            lazyclone message dst.clone.socket enable_hydration
            finish dst.clone
            cmp expected dst.clone
            """)).Is(0);

    [Case("fio")]
    public async Task Fio_verifies_what_it_writes_while_the_clone_hydrates() =>
        (await RunClone("""
            head -c 16M /dev/urandom > src
            serve src dst.clone hydration_threshold 4
            fio --name=stomp --ioengine=nbd --uri="$(uri dst.clone)" --rw=randwrite --bs=4k --iodepth=16 --size=16M --io_size=12M --verify=crc32c \
              --do_verify=1 --verify_fatal=1 --randseed=7 > said 2>&1 || { cat said; exit 1; }
            finish dst.clone
            """)).Is(0);

    /// <summary>As the test client of the NBD project does: no options but the name of the export, and 124 zeros after it.</summary>
    [Case("python3")]
    public async Task The_oldest_handshake_works() =>
        (await RunClone("""
            head -c 100000 /dev/urandom > src
            serve src dst.clone
            python3 - dst.clone.socket << 'END'
            import socket, struct, sys
            s = socket.socket(socket.AF_UNIX)
            s.connect(sys.argv[1])
            def take(n):
                data = b''
                while len(data) < n:
                    more = s.recv(n - len(data))
                    assert more
                    data += more
                return data
            assert take(16) == b'NBDMAGICIHAVEOPT'
            assert struct.unpack('>H', take(2))[0] & 1
            s.sendall(struct.pack('>I', 1))
            s.sendall(b'IHAVEOPT' + struct.pack('>II', 11, 0))
            assert struct.unpack('>QIII', take(20))[1:] == (11, 0x80000001, 0)
            s.sendall(b'IHAVEOPT' + struct.pack('>II', 1, 0))
            size, flags = struct.unpack('>QH', take(10))
            assert size == 100000
            assert take(124) == bytes(124)
            s.sendall(struct.pack('>IHHQQI', 0x25609513, 0, 0, 99, 1, 50000))
            assert struct.unpack('>IIQ', take(16)) == (0x67446698, 0, 99)
            assert take(50000) == open('src', 'rb').read()[1:50001]
            s.sendall(struct.pack('>IHHQQI', 0x25609513, 0, 77, 100, 0, 0))
            assert struct.unpack('>IIQ', take(16)) == (0x67446698, 22, 100)
            END
            stop
            """)).Is(0);

    [Case("nbdsh", "nbdcopy")]
    public async Task Standard_input_carries_one_client_and_a_socket_that_is_handed_over_any_number() =>
        (await RunClone("""
            head -c 1M /dev/urandom > src
            /usr/bin/python3 - << 'END'
            import nbd
            h = nbd.NBD()
            h.connect_command(['lazyclone', '-q', '--stdio', 'src', 'dst.clone'])
            assert h.pread(1 << 20, 0) == open('src', 'rb').read()
            h.pwrite(b'y' * 100, 5)
            h.shutdown()
            END
            nbdcopy -- [ lazyclone -q src dst.clone ] out
            printf 'y%.0s' $(seq 100) | dd of=src bs=1 seek=5 conv=notrunc status=none
            cmp src out
            """)).Is(0);

    [Case("python3", "nbdinfo")]
    public async Task Only_this_user_gets_in_and_tcp_is_for_this_machine() =>
        (await RunClone("""
            head -c 1M /dev/urandom > src
            serve src dst.clone
            test "$(stat -c %a dst.clone.socket)" = 600
            test "$(stat -c %a dst.clone.socket.control)" = 600
            test "$(stat -c %a dst.clone.lazyclone)" = 600
            stop
            status=0; lazyclone --listen 0.0.0.0:0 src other.clone 2> said || status=$?
            test $status = 2
            grep 'other hosts could read and write the clone' said
            lazyclone --listen 127.0.0.1:0 src dst.clone 2> said & server=$!
            soon grep -q 'serving nbd://' said
            test "$(nbdinfo --size "$(sed -n 's/.*serving //p' said)")" = 1048576
            stop
            """)).Is(0);
}

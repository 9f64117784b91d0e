namespace EndToEnd.Tests.Dolly;

/// <summary>A node refuses a target that must not be overwritten before its first byte.</summary>
public sealed class TargetTests : DollyTest
{
    private const string Disk = """
        disk() { truncate -s "$2" $1.img; losetup -f --show $1.img; }

        """;

    [Case(Needs.Root, Needs.Loop, Needs.Mount, "mkfs.ext4")]
    public async Task A_mounted_device_is_refused_by_its_name_and_untouched() =>
        (await RunWithMounts(Prelude + Disk + """
            make 3000000; dev=$(disk one 16m); trap "umount m 2> /dev/null; losetup -d $dev" EXIT; mkfs.ext4 -q $dev; mkdir m; mount $dev m; echo precious > m/file; sync m/file; sum=$(md5sum < one.img)
            dolly -I image --launch local -H n1 -O $dev; echo $?; umount m; mount $dev m; cat m/file
            """)).Prints("1\nprecious\n").Says(" is mounted on ");

    [Case(Needs.Root, Needs.Loop)]
    public async Task A_device_that_is_too_small_is_refused() =>
        (await Run(Prelude + Disk + """
            make 3000000; dev=$(disk one 1m); trap "losetup -d $dev" EXIT; dolly -I image --launch local -H n1 -O $dev; echo $?; cmp -n 1048576 one.img /dev/zero && echo untouched
            """)).Prints("1\nuntouched\n").Says("the device has 1048576 bytes, the source 3000000");

    [Case(Needs.Root, Needs.Loop)]
    public async Task A_device_is_written_in_place() =>
        (await Run(Prelude + Disk + """
            make 3000000; dev=$(disk one 16m); trap "losetup -d $dev" EXIT; dolly --verify=read -I image --launch local -H n1 -O $dev --json | grep -o '"verified":"[a-z]*"'; cmp -n 3000000 image $dev && echo same
            """)).Is(0).Prints("\"verified\":\"read\"\nsame\n");

    [Case(Needs.Root)]
    public async Task A_wrong_name_of_a_device_makes_no_file() =>
        (await Run(Prelude + "make 3000; dolly -I image --launch local -H n1 -O /dev/pipe-no-such-disk; echo $?; ls /dev/pipe-no-such-disk")).Prints("1\n").Says("/dev/pipe-no-such-disk: no such device");

    [Case]
    public async Task A_directory_is_no_target() =>
        (await Run(Prelude + "make 3000; dolly -I image --launch local -H n1 -O $PWD/t")).Is(1).Says("is a directory");

    [Case]
    public async Task A_target_in_memory_is_read_again_from_there_with_a_warning() =>
        (await Run(Prelude + """
            make 3000000; dir=$(mktemp -d /dev/shm/pipe-test-XXXXXX); trap "rm -rf $dir" EXIT; dolly --verify=read -I image --launch local -H n1,n2 -O "$dir/%h"; echo $?; cmp image $dir/n2 && echo same
            """)).Prints("0\nsame\n").Says("warning: n1: ", "memory");

    /// <summary>The bytes that were given to write are right, so only reading the target again finds it.</summary>
    [Case("gcc")]
    public async Task A_byte_that_is_wrong_on_the_disk_is_found_each_time()
    {
        var times = Needs.IsWhole ? 100 : 25;
        var result = await Run(Prelude + $$"""
            make 2000000; export FAIL_CALL=pwrite-flip FAIL_DIR=$PWD/t/n2/ FAIL_TIMES=1
            for i in $(seq {{times}}); do
              rm -rf t; mkdir -p t/n1 t/n2
              FAIL_SKIP=$((i % 15)) FAIL_BYTE=$((i * 1301)) LD_PRELOAD={{Lab.Shared.Failing}} dolly -q -r 0 --verify=read -I image --launch local -H n1,n2 -O "$PWD/t/%h/image" 2> said
              echo $? $(grep -c 'error: n2: .*image: the block at .* has other bytes than were written' said)
            done | sort | uniq -c
            cmp image t/n1/image && echo same; ls t/n2
            """);
        result.Prints($"{times,7} 2 1\nsame\n");
        MayLeaveTemporaryFiles = true;
    }
}

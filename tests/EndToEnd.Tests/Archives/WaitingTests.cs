namespace EndToEnd.Tests.Archives;

/// <summary>
/// A run waits for a full disk: it reports the free space once, continues when there is room, and every byte is right. PIPE_CYCLES=N
/// fills and frees so often.
/// </summary>
public sealed class WaitingTests : ArchiveTest
{
    private static readonly int Cycles = Number("PIPE_CYCLES", 3);

    [Cases(Needs.Mount)]
    [InlineData("archive")]
    [InlineData("file")]
    [InlineData("here")]
    public async Task On_tmpfs(string what) => (await Fill("tmpfs", what)).Is(0);

    [Cases(Needs.Loop, "mkfs.ext4")]
    [InlineData("archive")]
    [InlineData("file")]
    public async Task On_ext4(string what) => (await Fill("ext4", what)).Is(0);

    [Cases(Needs.Loop, "mkfs.xfs")]
    [InlineData("archive")]
    [InlineData("file")]
    public async Task On_xfs(string what) => (await Fill("xfs", what)).Is(0);

    [Case(Needs.Mount)]
    public async Task The_end_of_patience_has_its_own_status_and_leaves_what_can_go_on() =>
        (await RunMounted("""
            mkdir disk
            mount -t tmpfs -o size=20m none disk
            head -c 30000000 /dev/urandom > stream
            dmscp -w $FAR -d "$PWD/disk" -F 4m -T 2 -f stream < stream
            test $? = 9 || exit 1
            dmscp -r $FAR -d "$PWD/disk" -F 1 -f stream > /dev/null 2>&1 && exit 2
            mount -o remount,size=40m disk
            kept=$(grep -c '^# at' disk/stream.manifest)
            test "$kept" -ge 3 || exit 3
            inode=$(stat -c %i disk/stream.000002)
            dmscp -w $FAR -d "$PWD/disk" -F 4m -T 2 -f stream -resume < stream || exit 4
            test "$(stat -c %i disk/stream.000002)" = "$inode" || exit 5
            dmscp -r $FAR -d "$PWD/disk" -F 1 -f stream | cmp - stream
            """)).Is(0).Says("no space left on device", "free, waiting for 0 of 2 s", "still no space after 2 s");

    [Case(Needs.Mount)]
    public async Task Without_patience_a_full_disk_is_an_error_at_once_and_can_be_taken_up_again() =>
        (await RunMounted("""
            mkdir disk
            mount -t tmpfs -o size=20m none disk
            head -c 30000000 /dev/urandom > stream
            dmscp -w $FAR -d "$PWD/disk" -F 4m -f stream < stream
            test $? = 5 || exit 1
            mount -o remount,size=40m disk
            dmscp -w $FAR -d "$PWD/disk" -F 4m -f stream -resume < stream || exit 4
            dmscp -r $FAR -d "$PWD/disk" -F 1 -f stream | cmp - stream
            """)).Is(0).Says("no space left on device", "fragments are there already");

    [Case(Needs.Mount)]
    public async Task A_wait_longer_than_the_timeout_keeps_the_session() =>
        (await RunMounted("""
            mkdir disk
            mount -t tmpfs -o size=20m none disk
            head -c 30000000 /dev/urandom > stream
            (sleep 25; mount -o remount,size=40m disk) &
            dmscp -w $FAR -d "$PWD/disk" -F 4m -T 100 -timeout 6 -f stream < stream || exit
            dmscp -r $FAR -d "$PWD/disk" -F 1 -f stream | cmp - stream
            """)).Is(0).Says("free, waiting for 10 of 100 s", "local: resumed");

    /// <summary>The first is filled by others to the last page, also where the manifest lies; fragments go on in the second.</summary>
    [Cases(Needs.Mount)]
    [InlineData("20m", "-F 64m")]
    [InlineData("33m", "-F 8m")]
    [InlineData("40m", "-F 30m")]
    [InlineData("24m", "-F 64m -T 20")]
    public async Task Where_the_first_directory_is_full_the_next_one_is_used(string size, string options) =>
        (await RunMounted($"""
            mkdir one two
            mount -t tmpfs -o size={size} none one
            head -c 70000000 /dev/urandom > stream
            dmscp -w $FAR -d "$PWD/one" -d "$PWD/two" {options} -f stream < stream || exit
            ls two/stream.0* || exit 1
            test -e one/stream.000000 || exit 1
            test -e one/stream.manifest || exit 1
            dmscp -r $FAR -d "$PWD/one" -F 1 -f stream | cmp - stream || exit
            cd one && sha256sum --quiet --strict -c stream.manifest
            """)).Is(0);

    private Task<Result> Fill(string kind, string what) => RunLab("fulldisk", $"{kind} {Cycles} {what}", inFrontOf: "unshare -m");

    /// <summary>The mounts are private and end with the script.</summary>
}

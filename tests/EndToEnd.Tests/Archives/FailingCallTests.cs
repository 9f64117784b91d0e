namespace EndToEnd.Tests.Archives;

/// <summary>
/// ENOSPC and EDQUOT from any call, a few times, while the disk is reported full: the run waits, and nothing is lost. A
/// failed sync really forgets the data written since the last good one.
/// </summary>
public sealed class FailingCallTests : ArchiveTest
{
    private const int OutOfSpace = 28;
    private const int OverQuota = 122;
    private static readonly string[] Calls = ["openat", "pwrite", "fsync", "close", "renameat"];

    public static TheoryData<string, int, int> Each()
    {
        var data = new TheoryData<string, int, int>();
        foreach (var call in Calls)
        {
            data.Add(call, OutOfSpace, 0);
            data.Add(call, OverQuota, call == "pwrite" ? 7 : 1);
        }

        return data;
    }

    [Cases("gcc")]
    [MemberData(nameof(Each))]
    [InlineData("close", OverQuota, 4)]
    public async Task An_archive_waits(string call, int error, int skip) =>
        (await Run($"""
            set -e
            {Setting(call, error, skip)}
            dmscp -w $FAR -prefix "$FAILING" -d "$PWD/dir" -F 5m -T 30 -f stream < stream
            cat dir/stream.0* | cmp - stream
            cd dir
            sha256sum --quiet --strict -c stream.manifest
            """)).Is(0).Says(Words(error), " free, waiting for 0 of 30 s", ": resumed");

    [Cases("gcc")]
    [InlineData("openat", OutOfSpace, 0)]
    [InlineData("pwrite", OutOfSpace, 3)]
    [InlineData("pwrite", OverQuota, 0)]
    [InlineData("fsync", OutOfSpace, 0)]
    [InlineData("fsync", OverQuota, 0)]
    [InlineData("close", OverQuota, 0)]
    [InlineData("renameat", OutOfSpace, 0)]
    public async Task A_file_there_waits(string call, int error, int skip) =>
        (await Run($"""
            set -e
            {Setting(call, error, skip)}
            dmscp -w $FAR -prefix "$FAILING" -d "$PWD/dir" -T 30 -f stream < stream
            cmp dir/stream stream
            test "$(ls -A dir)" = stream
            """)).Is(0).Says(Words(error), " free, waiting for 0 of 30 s", ": resumed");

    [Cases("gcc")]
    [InlineData(OutOfSpace)]
    [InlineData(OverQuota)]
    public async Task Room_that_cannot_be_had_ahead_is_not_waited_for(int error) =>
        (await Run($"""
            set -e
            {Setting("fallocate", error, 0)}
            dmscp -w $FAR -prefix "$FAILING; unset FAIL_TIMES" -d "$PWD/dir" -F 5m -T 30 -f stream < stream
            cat dir/stream.0* | cmp - stream
            """)).Is(0);

    [Cases("gcc")]
    [InlineData("openat", OverQuota, 0)]
    [InlineData("pwrite", OutOfSpace, 0)]
    [InlineData("fsync", OutOfSpace, 0)]
    [InlineData("close", OutOfSpace, 0)]
    [InlineData("renameat", OverQuota, 0)]
    public async Task A_file_here_waits(string call, int error, int skip) =>
        (await Run($"""
            set -e
            {Setting(call, error, skip)}
            (eval "$FAILING"; exec dmscp -r $FAR -f "$PWD/stream" -l "$PWD/dir/stream" -T 30)
            cmp dir/stream stream
            test "$(ls -A dir)" = stream
            """)).Is(0).Says(Words(error), " free, waiting for 0 of 30 s", ": resumed");

    [Cases("gcc")]
    [InlineData("pwrite", 5)]
    [InlineData("fsync", 5)]
    [InlineData("renameat", 5)]
    public async Task What_is_not_a_full_disk_is_not_waited_for(string call, int error) =>
        (await Run($"""
            {Setting(call, error, 0)}
            dmscp -w $FAR -prefix "$FAILING" -d "$PWD/dir" -F 5m -T 30 -f stream < stream
            status=$?
            grep -q '^# end' dir/stream.manifest && exit 99
            exit $status
            """)).Is(1);

    [Cases("gcc")]
    [InlineData("pwrite")]
    [InlineData("fsync")]
    [InlineData("close")]
    [InlineData("renameat")]
    public async Task The_end_of_patience_names_the_cause_and_leaves_what_can_go_on(string call) =>
        (await Run($"""
            {Setting(call, OverQuota, call == "renameat" ? 2 : 4)}
            dmscp -w $FAR -prefix "$FAILING; unset FAIL_TIMES" -d "$PWD/dir" -F 2m -T 1 -f stream < stream
            test $? = 9 || exit 1
            dmscp -w $FAR -d "$PWD/dir" -F 2m -resume -f stream < stream || exit 2
            dmscp -r $FAR -d "$PWD/dir" -F 1 -f stream | cmp - stream
            """)).Is(0).Says("disk quota exceeded", "still no space after 1 s");

    private static string Words(int error) => error == OutOfSpace ? "no space left on device" : "disk quota exceeded";

    /// <summary>Shell text that makes a stream and dir, and puts into FAILING what makes the calls of the program fail below it, three times each.</summary>
    private static string Setting(string call, int error, int skip) => $"""
        mkdir dir
        head -c 17000000 /dev/urandom > stream
        FAILING="FAIL_CALL={call} FAIL_ERRNO={error} FAIL_DIR=$PWD/dir/ FAIL_TIMES=3 FAIL_SKIP={skip} LD_PRELOAD={Lab.Shared.Failing}; export FAIL_CALL FAIL_ERRNO FAIL_DIR FAIL_TIMES FAIL_SKIP LD_PRELOAD"
        """;
}

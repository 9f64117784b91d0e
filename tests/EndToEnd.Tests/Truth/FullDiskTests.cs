namespace EndToEnd.Tests.Truth;

/// <summary>A full disk, wherever it shows: exit status 5 and nothing left under the name.</summary>
public sealed class FullDiskTests : CopyTest
{
    private const int OutOfSpace = 28;
    private const int OverQuota = 122;
    private const int InputOutput = 5;
    private const int FileTooBig = 27;

    // The mounts are private and end with the script.
    private const string MakeSmallDisk = """
        mkdir small
        mount -t tmpfs -o size=2m none small

        """;

    [Cases(Needs.Mount)]
    [InlineData("dmscp -w $FAR -d \"$PWD/small\" -f there -l pattern:5m")]
    [InlineData("dmscp -w $FAR -d \"$PWD/small\" -f there -L 'head -c 5m /dev/zero'")]
    [InlineData("dmscp -r $FAR -f pattern:5m -l small/here")]
    [InlineData("dmscp -r $FAR -R 'head -c 5m /dev/zero' -l small/here")]
    public async Task A_disk_that_is_too_small_keeps_nothing(string command) =>
        (await RunWithMounts(MakeSmallDisk + $"""
            {command}
            status=$?
            test -z "$(ls -A small)" && exit $status
            """)).Is(5).Says("no space left");

    [Case(Needs.Mount)]
    public async Task The_old_file_survives_a_full_disk() =>
        (await RunWithMounts(MakeSmallDisk + """
            echo old > small/there
            dmscp -w $FAR -d "$PWD/small" -f there -l pattern:5m
            status=$?
            test "$(ls -A small)" = there && cat small/there && exit $status
            """)).Is(5).Prints("old\n");

    [Case(Needs.Mount)]
    public async Task Redirected_output_on_a_full_disk_is_told() =>
        (await RunWithMounts(MakeSmallDisk + "dmscp -r $FAR -f pattern:5m > small/out")).Is(5);

    [Case(Needs.Mount)]
    public async Task A_disk_that_is_just_large_enough_is_enough() =>
        (await RunWithMounts(MakeSmallDisk + "dmscp -w $FAR -d \"$PWD/small\" -f there -l pattern:2m")).Is(0);

    [Case]
    public async Task A_command_that_finds_the_disk_full_fails() =>
        (await Run("dmscp -w $FAR -l pattern:1m -R 'cat > /dev/full'")).Is(8);

    [Cases("gcc")]
    [InlineData("pwrite", OutOfSpace, 5)]
    [InlineData("pwrite", OverQuota, 5)]
    [InlineData("pwrite", InputOutput, 1)]
    [InlineData("pwrite", FileTooBig, 1)]
    [InlineData("fsync", OutOfSpace, 5)]
    [InlineData("fsync", OverQuota, 5)]
    [InlineData("fsync", InputOutput, 1)]
    [InlineData("close", OutOfSpace, 5)]
    [InlineData("close", OverQuota, 5)]
    [InlineData("close", InputOutput, 1)]
    [InlineData("linkat", OutOfSpace, 5)]
    [InlineData("renameat", OutOfSpace, 5)]
    [InlineData("renameat", InputOutput, 1)]
    public async Task A_call_that_fails_there_fails_the_copy_and_leaves_the_old_file(string call, int error, int status) =>
        (await Run($"""
            mkdir dir
            echo old > dir/there
            dmscp -w $FAR -prefix "{Failing(call, error)}" -d "$PWD/dir" -f there -l pattern:3m
            status=$?
            test "$(ls -A dir)" = there && cat dir/there && exit $status
            """)).Is(status).Prints("old\n");

    [Cases("gcc")]
    [InlineData("pwrite")]
    [InlineData("fsync")]
    [InlineData("close")]
    public async Task A_call_that_fails_there_fails_a_copy_in_place(string call) =>
        (await Run($"""
            mkdir dir
            echo old > dir/there
            dmscp -w $FAR -inplace -prefix "{Failing(call, OutOfSpace)}" -d "$PWD/dir" -f there -l pattern:3m
            """)).Is(5);

    [Cases("gcc")]
    [InlineData("pwrite")]
    [InlineData("fsync")]
    [InlineData("close")]
    [InlineData("renameat")]
    public async Task A_call_that_fails_here_fails_the_copy_and_leaves_nothing(string call) =>
        (await Run($"""
            mkdir dir
            {Failing(call, OutOfSpace)}
            dmscp -r $FAR -f pattern:3m -l "$PWD/dir/here"
            status=$?
            unset LD_PRELOAD
            test -z "$(ls -A dir)" && exit $status
            """)).Is(5);

    [Cases("gcc")]
    [InlineData("write")]
    [InlineData("fsync")]
    [InlineData("close")]
    public async Task A_call_that_fails_on_redirected_output_fails_the_copy(string call) =>
        (await Run($"""
            mkdir dir
            {Failing(call, OutOfSpace)}
            dmscp -r $FAR -f pattern:3m > dir/here
            """)).Is(5);

    [Case("gcc")]
    public async Task Where_a_file_cannot_be_without_a_name_the_copy_works_all_the_same() =>
        (await Run($"""
            set -e
            mkdir dir
            head -c 3m /dev/urandom > source
            dmscp -w $FAR -prefix "{Failing("openat-tmpfile", 95)}" -d "$PWD/dir" -f there -l source
            cmp source dir/there
            test "$(ls -A dir)" = there
            """)).Is(0);

    [Cases("gcc")]
    [InlineData("pwrite")]
    [InlineData("fsync")]
    public async Task Where_a_file_cannot_be_without_a_name_a_failure_leaves_nothing_either(string call) =>
        (await Run($"""
            mkdir dir
            dmscp -w $FAR -prefix "{Failing("openat-tmpfile," + call, OutOfSpace)}" -d "$PWD/dir" -f there -l pattern:3m
            status=$?
            test -z "$(ls -A dir)" && exit $status
            """)).Is(5);

    /// <summary>Shell text that makes the calls of what is started next fail below dir.</summary>
    private static string Failing(string calls, int error) =>
        $"FAIL_CALL={calls} FAIL_ERRNO={error} FAIL_DIR=$PWD/dir LD_PRELOAD={Lab.Shared.Failing}; export FAIL_CALL FAIL_ERRNO FAIL_DIR LD_PRELOAD;";
}

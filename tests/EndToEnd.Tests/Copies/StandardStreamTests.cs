namespace EndToEnd.Tests.Copies;

/// <summary>What standard input and output may be, and the objects that are only there to measure.</summary>
public sealed class StandardStreamTests : CopyTest
{
    [Cases]
    [BothWays]
    public async Task Input_from_a_file_starts_where_the_file_stands_and_leaves_it_at_its_end(Far far) =>
        (await Run("""
            set -e
            head -c 3000000 /dev/urandom > source
            { dd bs=1000 count=1 status=none of=first; dmscp -w $FAR -d "$PWD" -f there; wc -c; } < source
            cat first there | cmp source -
            """, far)).Is(0).Prints("0\n");

    [Cases]
    [BothWays]
    public async Task Output_into_a_file_starts_where_the_file_stands_and_leaves_it_at_its_end(Far far) =>
        (await Run("""
            set -e
            head -c 3000000 /dev/urandom > source
            { echo before; dmscp -r $FAR -d "$PWD" -f source; echo after; } > out
            { echo before; cat source; echo after; } | cmp out -
            """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task Output_that_is_appended_goes_behind_what_is_there(Far far) =>
        (await Run("""
            set -e
            head -c 3000000 /dev/urandom > source
            echo before > out
            dmscp -r $FAR -d "$PWD" -f source >> out
            { echo before; cat source; } | cmp out -
            """, far)).Is(0);

    [Case]
    public async Task Output_into_a_longer_file_leaves_what_is_behind_it() =>
        (await Run("""
            set -e
            printf 0123456789 > out
            printf abc > source
            dmscp -r $FAR -d "$PWD" -f source 1<> out
            cat out
            """)).Is(0).Prints("abc3456789");

    /// <summary>2&gt;&amp;1 makes both descriptors share the offset of the file.</summary>
    [Case]
    public async Task Output_and_errors_into_one_file_overwrite_nothing() =>
        (await Run("""
            dmscp -r $FAR -R 'echo out1; sleep 1; echo err1 >&2; sleep 1; echo out2' > log 2>&1
            sort log
            """)).Is(0).Prints("err1\nout1\nout2\n");

    [Case]
    public async Task A_local_file_is_named_instead_of_input_and_output() =>
        (await Run("""
            set -e
            head -c 100000 /dev/urandom > source
            dmscp -w $FAR -d "$PWD" -f there -l source < /dev/null
            dmscp -r $FAR -d "$PWD" -f there -l back
            cmp source back
            """)).Is(0).Prints("");

    [Cases]
    [BothWays]
    public async Task A_local_command_produces_and_consumes(Far far) =>
        (await Run("""
            set -e
            head -c 2000000 /dev/urandom > source
            dmscp -w $FAR -d "$PWD" -f there -L 'cat source'
            cmp source there
            dmscp -r $FAR -d "$PWD" -f there -L 'cat > back; echo said'
            cmp source back
            dmscp -r $FAR -d "$PWD" -R 'cat there' -L 'cat > back2'
            cmp source back2
            """, far)).Is(0).Prints("said\n");

    [Case]
    public async Task A_producing_command_has_no_input() =>
        (await Run("echo secret | dmscp -w $FAR -d \"$PWD\" -f there -L 'cat; echo end' && cat there")).Is(0).Prints("end\n");

    [Cases]
    [BothWays]
    public async Task Null_and_pattern_measure_without_a_disk(Far far) =>
        (await Run("""
            set -e
            dmscp -w $FAR -l pattern:5m -f null:
            dmscp -w $FAR -l pattern:5m -f pattern:
            dmscp -r $FAR -f pattern:5000001 -l pattern:
            dmscp -r $FAR -f pattern:5000001 -l null:
            dmscp -r $FAR -f pattern:5000001 | dmscp -w $FAR -f pattern:
            dmscp -w $FAR -f null: -l null:
            dmscp -r $FAR -f null: | wc -c
            """, far)).Is(0).Prints("0\n");

    [Case]
    public async Task A_pattern_sink_takes_nothing_else() =>
        (await Run("head -c 100000 /dev/zero | dmscp -w $FAR -f pattern:")).Is(4);

    [Case]
    public async Task Without_an_input_nothing_is_made() =>
        (await Run("""
            dmscp -w $FAR -d "$PWD" -f there <&-
            test $? = 1 && test ! -e there
            """)).Is(0).Says("standard input: is closed");

    [Case]
    public async Task Without_an_output_the_run_fails() =>
        (await Run("echo data > source; dmscp -r $FAR -d \"$PWD\" -f source >&-")).Is(1).Says("standard output: is closed");

    [Case]
    public async Task Without_an_error_stream_the_copy_still_works() =>
        (await Run("echo data > source; dmscp -r $FAR -d \"$PWD\" -f source 2>&-")).Is(0).Prints("data\n");

    [Case]
    public async Task Without_an_error_stream_a_failure_is_still_one() =>
        (await Run("dmscp -r $FAR -f /nonexistent 2>&-")).Is(1).Prints("");

    [Case]
    public async Task A_full_output_device_is_told() =>
        (await Run("dmscp -r $FAR -f pattern:1m > /dev/full")).Is(5).Says("no space left");

    [Case]
    public async Task Words_never_go_to_standard_output() =>
        (await Run("dmscp -w $FAR -vv -progress -l pattern:1m -f null:")).Is(0).Prints("");
}

namespace EndToEnd.Tests.Archives;

/// <summary>What is there already, who else is there, and producers that fail.</summary>
public sealed class PreparationTests : ArchiveTest
{
    private static readonly int Rounds = Number("PIPE_ROUNDS", 1);
    private static readonly int Seed = Number("PIPE_SEED", 1);

    [Theory(Timeout = CaseAttribute.LimitMilliseconds)]
    [BothWays]
    public async Task An_archive_that_is_there_is_not_touched(Far far)
    {
        await MakeStream(3_000_000);
        (await Run("""
            dmscp -w $FAR -d "$PWD/" -F 1m -f x < stream || exit 1
            before=$(stat -c '%n %i %Y %Z %s' x.*)
            head -c 100 /dev/urandom | dmscp -w $FAR -d "$PWD" -F 1m -f x
            test $? = 1 || exit 2
            test "$(stat -c '%n %i %Y %Z %s' x.*)" = "$before"
            """, far)).Is(0).Says("already exists and is complete");
    }

    [Theory(Timeout = CaseAttribute.LimitMilliseconds)]
    [BothWays]
    public async Task A_complete_archive_goes_on_with_its_own_stream_only(Far far)
    {
        await MakeStream(3_000_000);
        (await Run("""
            dmscp -w $FAR -d "$PWD/" -F 1m -f x < stream || exit 1
            before=$(stat -c '%n %i %Y %Z %s' x.*)
            dmscp -w $FAR -d "$PWD" -F 1m -resume -f x < stream || exit 2
            cat stream | dmscp -w $FAR -d "$PWD" -F 1m -resume -f x || exit 3
            (cat stream; echo) | dmscp -w $FAR -d "$PWD" -F 1m -resume -f x
            test $? = 4 || exit 4
            (cat stream; cat stream stream) | dmscp -w $FAR -d "$PWD" -F 1m -resume -f x
            test $? = 4 || exit 5
            head -c 2999999 stream | dmscp -w $FAR -d "$PWD" -F 1m -resume -f x
            test $? = 4 || exit 6
            test "$(stat -c '%n %i %Y %Z %s' x.*)" = "$before" || exit 7
            rm x.000001
            dmscp -w $FAR -d "$PWD" -F 1m -resume -f x < stream
            test $? = 1
            """, far)).Is(0).Says(
                "this archive is complete with 3000000 bytes, and there are more", "it ends after 2999999 bytes, and the archive has more", "already exists and is complete");
    }

    [Case]
    public async Task Fragments_without_a_manifest_are_not_touched() =>
        (await Run("""
            echo mine > x.000003
            head -c 3000000 /dev/urandom | dmscp -w $FAR -d "$PWD" -F 1m -f x
            test $? = 1 || exit 2
            test "$(cat x.000003)" = mine
            """)).Is(0).Says("no manifest lists it");

    [Case]
    public async Task Two_sessions_do_not_write_the_same_archive() =>
        (await Run("""
            mkfifo go
            head -c 4000000 /dev/urandom > stream
            (head -c 2000000 stream; cat go; tail -c +2000001 stream) | dmscp -w $FAR -d "$PWD" -F 1m -f x &
            until [ -e x.000000 ]; do sleep 0.05; done
            dmscp -w $FAR -d "$PWD" -F 1m -f x < stream
            test $? = 1 || exit 1
            dmscp -w $FAR -d "$PWD" -F 1m -resume -f x < stream
            test $? = 1 || exit 2
            : > go
            wait $! || exit 3
            dmscp -r $FAR -d "$PWD" -F 1 -f x | cmp - stream
            """)).Is(0).Says("another process is writing this archive");

    [Case]
    public async Task A_failing_producer_makes_no_archive() =>
        (await RunLab("failproducer", $"{30 * Rounds} {Seed}")).Is(0);

    [Case]
    public async Task An_empty_stream_is_an_archive_if_that_is_allowed() =>
        (await Run("""
            dmscp -w $FAR -d "$PWD" -F 1m -f x < /dev/null
            test $? = 2 || exit 1
            test -z "$(ls -A)" || exit 1
            dmscp -w $FAR -d "$PWD" -F 1m -allow-empty -f x < /dev/null || exit
            test "$(ls -A)" = x.manifest || exit
            dmscp -r $FAR -d "$PWD" -F 1 -f x | wc -c
            """)).Is(0).Prints("0\n");

    /// <summary>What is written there next without -resume does not take what the manifest no longer names for the rest of a cut run.</summary>
    [Cases]
    [InlineData("head -c 170 x.manifest > torn", "dmscp -w $FAR -d $PWD -F 1m -f x < new", 1)]
    [InlineData("head -c 250 x.manifest > torn", "dmscp -w $FAR -d $PWD -F 1m -f x < /dev/null", 1)]
    [InlineData("sed 's/^# at 0/# ax 0/;/^# end/d' x.manifest > torn", "dmscp -w $FAR -d $PWD -F 1m -f x < new", 4)]
    [InlineData("sed 's/^# at 0/# ax 0/;/^# end/d' x.manifest > torn", "yarchive put -e local $PWD/x -- 'exit 3'", 4)]
    public async Task A_torn_manifest_costs_no_fragment(string tear, string put, int status) =>
        (await Run($$"""
            head -c 4000000 /dev/urandom > stream; echo new > new
            dmscp -w $FAR -d "$PWD" -F 1m -f x < stream || exit 9
            {{tear}}
            cp torn x.manifest
            {{put}}
            test $? = {{status}} || exit 9
            cat x.0* | cmp - stream || exit 9
            cmp torn x.manifest
            """)).Is(0);

    /// <summary>With -resume the fragments that the manifest no longer names stay too, until the stream has shown that they are its own.</summary>
    [Cases]
    [InlineData("head -c 170 x.manifest > torn", "dmscp -w $FAR -d $PWD -F 1m -resume -f x < other", "x.000000: already exists")]
    [InlineData("head -c 600 x.manifest > torn", "dmscp -w $FAR -d $PWD -F 1m -resume -f x < later", "x.000002: already exists")]
    [InlineData("head -c 170 x.manifest > torn", "head -c 2500000 stream | yarchive put -e local --resume $PWD/x", "x.000002: already exists")]
    [InlineData("head -c 170 x.manifest > torn", "yarchive put -e local --resume --allow-empty $PWD/x < /dev/null", "x.000000: already exists")]
    [InlineData("head -c 170 x.manifest > torn", "yarchive put -e local --fragment 3m --resume $PWD/x < other", "x.000000: already exists")]
    public async Task Nor_does_another_stream_that_is_to_go_on(string tear, string put, string said) =>
        (await Run($$"""
            head -c 4000000 /dev/urandom > stream; head -c 4000000 /dev/urandom > other; (head -c 2097152 stream; head -c 1900000 other) > later
            dmscp -w $FAR -d "$PWD" -F 1m -f x < stream || exit 9
            stat -c '%n %i %s %Y' x.0* > before
            {{tear}}
            cp torn x.manifest
            {{put}}
            test $? = 4 || exit 9
            cat x.0* | cmp - stream || exit 9
            yarchive put -e local --resume "$PWD/x" < stream || exit 9
            stat -c '%n %i %s %Y' x.0* | cmp - before || exit 9
            yarchive get -e local "$PWD/x" | cmp - stream
            """)).Is(0).Says(said);

    [Case]
    public async Task What_a_torn_manifest_does_not_name_stays_where_it_is_removed_and_is_named() =>
        (await Run("""
            head -c 4000000 /dev/urandom > stream
            yarchive -q put -e local --fragment 1m "$PWD/x" < stream || exit 9
            head -c 150 x.manifest > torn; cp torn x.manifest
            yarchive rm -e local --dry-run "$PWD/x" >&2; yarchive rm -e local "$PWD/x" >&2 || exit 9
            cat x.0* | cmp - stream
            """)).Is(0).Says("x.000000", "x.000003", "the manifest does not name it");

    [Case]
    public async Task Damage_is_told_with_the_fragment_and_its_place_and_gives_status_4() =>
        (await Run("""
            head -c 3000000 /dev/urandom > stream
            dmscp -w $FAR -d "$PWD" -F 1000000 -f x < stream || exit
            printf 'damaged!' | dd of=x.000001 bs=1 seek=777 conv=notrunc status=none
            dmscp -r $FAR -d "$PWD" -F 1 -f x > back
            """)).Is(4).Says("x.000001: differs from the stored data", "bytes 1000000-1999999 of the stream");
}

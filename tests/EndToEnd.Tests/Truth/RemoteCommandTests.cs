namespace EndToEnd.Tests.Truth;

/// <summary>The exit status of a remote command decides, whenever and however it ends.</summary>
public sealed class RemoteCommandTests : CopyTest
{
    [Cases]
    [BothWays]
    public async Task One_that_fails_after_the_last_byte_it_read(Far far) =>
        (await Run("head -c 1m /dev/zero | dmscp -w $FAR -R 'cat > /dev/null; exit 3'", far)).Is(8).Says("status 3", "cat > /dev/null; exit 3");

    [Cases]
    [BothWays]
    public async Task One_that_fails_after_the_last_byte_it_wrote(Far far) =>
        (await Run("dmscp -r $FAR -R 'head -c 1m /dev/zero; exit 3' > /dev/null", far)).Is(8).Says("status 3");

    [Cases]
    [BothWays]
    public async Task One_that_fails_before_it_reads(Far far) =>
        (await Run("dmscp -w $FAR -l pattern:100m -R 'exit 4'", far)).Is(8).Says("status 4");

    [Case]
    public async Task One_that_fails_before_it_reads_the_one_line_there_is() =>
        (await Run("echo x | dmscp -w $FAR -R 'exit 4'")).Is(8);

    [Cases]
    [BothWays]
    public async Task One_that_fails_before_it_writes(Far far) =>
        (await Run("dmscp -r $FAR -R 'exit 4'", far)).Is(8).Says("status 4").Prints("");

    [Case]
    public async Task One_that_fails_while_the_input_is_silent() =>
        (await Run("sleep 60 | { dmscp -w $FAR -R 'exit 4'; echo $?; kill $(jobs -p) 2> /dev/null; pkill -P $$ sleep; }", seconds: 40)).Prints("8\n");

    [Cases]
    [BothWays]
    public async Task One_that_kills_itself(Far far)
    {
        (await Run("head -c 1m /dev/zero | dmscp -w $FAR -R 'cat > /dev/null; kill -9 $$'", far)).Is(8).Says("signal 9");
        (await Run("dmscp -r $FAR -R 'echo data; kill -9 $$'", far)).Is(8).Says("signal 9");
    }

    [Cases]
    [BothWays]
    public async Task One_that_has_something_to_say_though_it_ended_well(Far far)
    {
        const string words = "echo one thing >&3; echo another >&3";
        var host = far == Far.Local ? "local" : "HOST";
        (await Run($"dmscp -r $FAR -R 'head -c 1m /dev/zero; {words}' | wc -c; exit ${{PIPESTATUS[0]}}", far)).Is(1).Prints("1048576\n").Says($"dmscp: warning: {host}: one thing; another");
        (await Run($"head -c 1m /dev/zero | dmscp -w $FAR -d \"$PWD\" -R 'cat > got; {words}'; test $? = 1 && wc -c < got", far)).Is(0).Prints("1048576\n").Says($"dmscp: warning: {host}: one thing; another");
        (await Run($"dmscp -w $FAR -q -L 'echo x; {words}' -d \"$PWD\" -f got -events events; test $? = 1 && cat got && tail -n 1 events | grep -q '\"exit\":1,.*\"error\":\"one thing; another\"'", far)).Is(0).Prints("x\n");
    }

    [Case]
    public async Task One_that_says_why_it_failed() =>
        (await Run("dmscp -r $FAR -R 'echo no such thing >&3; exit 7'")).Is(8).Says("local: remote command ended with status 7: no such thing");

    [Case]
    public async Task One_that_is_not_there() =>
        (await Run("dmscp -r $FAR -R 'no-such-program-anywhere'")).Is(8).Says("status 127", "no-such-program-anywhere");

    [Cases]
    [BothWays]
    public async Task One_that_stops_reading_an_endless_input(Far far) =>
        (await Run("yes | dmscp -w $FAR -R 'head -c 1m'; exit ${PIPESTATUS[1]}", far)).Is(8).Says("before it had read all");

    [Cases]
    [BothWays]
    public async Task One_that_leaves_its_input_unread(Far far) =>
        (await Run("echo x | dmscp -w $FAR -R true", far)).Is(8);

    [Case]
    public async Task One_that_leaves_the_last_byte_unread() =>
        (await Run("head -c 100001 /dev/zero | dmscp -w $FAR -R 'head -c 100000 > /dev/null'")).Is(8);

    [Case]
    public async Task One_that_closes_its_input_and_goes_on() =>
        (await Run("dmscp -w $FAR -l pattern:10m -R 'exec < /dev/null; sleep 1'")).Is(8);

    [Cases]
    [BothWays]
    public async Task One_that_reads_exactly_all_and_ends_well_is_a_success(Far far) =>
        (await Run("head -c 1m /dev/zero | dmscp -w $FAR -R 'head -c 1m > /dev/null'", far)).Is(0);

    [Case]
    public async Task One_that_reads_all_before_the_input_has_ended_is_a_success() =>
        (await Run("(echo x; sleep 1) | dmscp -w $FAR -R 'read -r line'")).Is(0);

    [Case]
    public async Task One_that_needs_no_input_and_gets_none_is_a_success() =>
        (await Run("dmscp -w $FAR -l null: -R true")).Is(0);

    [Case]
    public async Task One_that_ends_before_more_input_comes() =>
        (await Run("(echo x; sleep 1; echo y) | dmscp -w $FAR -R 'read -r line'")).Is(8);

    [Case]
    public async Task One_that_is_slow_to_end_is_waited_for() =>
        (await Run("""
            echo x | dmscp -w $FAR -d "$PWD" -R 'cat > there; sleep 2; touch done' && test -e done
            """)).Is(0);

    [Cases]
    [BothWays]
    public async Task One_that_leaves_a_child_behind_is_not_waited_for_longer_than_itself(Far far)
    {
        (await Run("""
            echo x | dmscp -w $FAR -d "$PWD" -R 'cat > there; sleep 600 > /dev/null 2>&1 < /dev/null & echo $! > pid' || exit
            kill "$(cat pid)"
            """, far, seconds: 60)).Is(0);
    }

    [Cases]
    [BothWays]
    public async Task What_it_says_on_its_error_stream_appears_as_it_comes(Far far)
    {
        var running = Start("""
            mkfifo gate
            dmscp -w $FAR -d "$PWD" -l pattern:1m -R 'echo early >&2; cat gate > /dev/null; cat > /dev/null; echo late >&2'
            """, far);
        await running.Until(() => running.Error.Contains("early", StringComparison.Ordinal), "the first words");
        Assert.DoesNotContain("late", running.Error, StringComparison.Ordinal);
        (await Run(": > gate")).Is(0);
        (await running.End()).Is(0).Says("late");
    }

    [Cases]
    [BothWays]
    public async Task Its_last_words_are_not_lost(Far far) =>
        (await Run("dmscp -w $FAR -l pattern:1m -R 'cat > /dev/null; echo last words >&2; exit 9'", far)).Is(8).Says("last words", "status 9");

    [Case]
    public async Task What_a_consumer_prints_does_not_get_into_the_control_channel() =>
        (await Run("dmscp -w $FAR -l pattern:1m -R 'echo printed; cat > /dev/null; yes | head -c 200000'")).Is(0).Says("printed").Prints("");

    [Case]
    public async Task A_producer_has_no_input_and_does_not_eat_the_control_channel() =>
        (await Run("dmscp -r $FAR -R 'cat; echo end'")).Is(0).Prints("end\n");

    [Cases]
    [BothWays]
    public async Task When_the_reader_of_our_output_goes_away_the_run_fails_and_the_producer_ends(Far far) =>
        (await Run("""
            dmscp -r $FAR -R 'yes' | head -c 100000 > /dev/null
            test ${PIPESTATUS[0]} != 0
            """, far)).Is(0);

    [Case]
    public async Task When_nobody_reads_our_output_from_the_start_the_run_fails() =>
        (await Run("dmscp -r $FAR -R 'sleep 1; echo x' | true; exit ${PIPESTATUS[0]}")).IsNot(0);
}

namespace EndToEnd.Tests.Truth;

/// <summary>The end of a pipe is not success: when the local producer or consumer fails, nothing is committed.</summary>
public sealed class LocalCommandTests : CopyTest
{
    [Cases]
    [BothWays]
    public async Task A_producer_that_fails_leaves_no_file(Far far) =>
        (await Run("""
            dmscp -w $FAR -d "$PWD" -f there -L 'head -c 3m /dev/zero; exit 3'
            status=$?
            test ! -e there && exit $status
            """, far)).Is(8).Says("local", "status 3");

    [Cases]
    [BothWays]
    public async Task A_producer_that_fails_leaves_the_old_file_as_it_was(Far far) =>
        (await Run("""
            echo old > there
            dmscp -w $FAR -d "$PWD" -f there -L 'echo new; exit 3'
            status=$?
            cat there
            exit $status
            """, far)).Is(8).Prints("old\n");

    [Cases]
    [BothWays]
    public async Task A_consumer_there_never_takes_the_end_of_a_failed_producer_for_success(Far far) =>
        (await Run("""
            for size in 10 100000 5000000; do
              dmscp -w $FAR -d "$PWD" -R 'cat > there; touch done' -L "head -c $size /dev/zero; exit 3"
              status=$?
              test $status = 8 && test ! -e done || exit 99
            done
            exit $status
            """, far)).Is(8);

    [Case]
    public async Task A_producer_that_is_killed_leaves_no_file() =>
        (await Run("""
            dmscp -w $FAR -d "$PWD" -f there -L 'head -c 3m /dev/zero; kill -9 $$'
            status=$?
            test ! -e there && exit $status
            """)).Is(8).Says("signal 9");

    [Case]
    public async Task A_producer_that_is_not_there_leaves_no_file() =>
        (await Run("""
            dmscp -w $FAR -d "$PWD" -f there -L 'no-such-program-anywhere'
            status=$?
            test ! -e there && exit $status
            """)).Is(8).Says("status 127");

    [Cases]
    [BothWays]
    public async Task A_consumer_that_fails_is_told(Far far) =>
        (await Run("dmscp -r $FAR -f pattern:3m -L 'cat > /dev/null; exit 3'", far)).Is(8).Says("local", "status 3");

    [Case]
    public async Task A_consumer_that_stops_reading_is_told() =>
        (await Run("dmscp -r $FAR -f pattern:3m -L 'head -c 10 > /dev/null'")).Is(8);

    [Cases]
    [BothWays]
    public async Task A_consumer_here_never_takes_the_end_of_a_failed_producer_for_success(Far far) =>
        (await Run("""
            for size in 10 100000 5000000; do
              dmscp -r $FAR -R "head -c $size /dev/zero; exit 3" -L 'cat > here; touch done'
              status=$?
              test $status = 8 && test ! -e done || exit 99
            done
            exit $status
            """, far)).Is(8);

    [Case]
    public async Task A_file_here_is_not_made_when_the_producer_there_fails() =>
        (await Run("""
            dmscp -r $FAR -R 'head -c 3m /dev/zero; exit 3' -l here
            status=$?
            test ! -e here && exit $status
            """)).Is(8);
}

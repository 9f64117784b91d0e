namespace EndToEnd.Tests.Archives;

/// <summary>An end is killed or connections are cut at random moments: -resume with the same producer loses and doubles nothing. PIPE_ROUNDS=N for more.</summary>
public sealed class CutTests : ArchiveTest
{
    private static readonly int Rounds = Number("PIPE_ROUNDS", 1);
    private static readonly int Seed = Number("PIPE_SEED", 1);

    public CutTests() => MayLeaveTemporaryFiles = true;

    [Cases(Needs.Sshd, "ss")]
    [InlineData("server", 3)]
    [InlineData("client", 3)]
    [InlineData("lanes", 2)]
    [InlineData("ssh", 2)]
    public async Task Resumed_nothing_is_lost_or_doubled(string victim, int rounds) =>
        (await RunLab("cutarchive", $"{rounds * Rounds} {Seed} {victim}", Far.Ssh)).Is(0);

    [Case]
    public async Task Another_stream_is_refused_and_the_archive_stays_as_it_is() =>
        (await Run("""
            head -c 9000000 /dev/urandom > stream
            dmscp -w $FAR -d "$PWD" -F 1m -f x -L 'head -c 5000000 stream; until grep -qs "^# at 2097152 " x.manifest; do sleep 0.1; done; exit 1' && exit 1
            before=$(grep -c '^# at' x.manifest)
            test "$before" -ge 2 || exit 2
            head -c 9000000 /dev/urandom | dmscp -w $FAR -d "$PWD" -F 1m -f x -resume
            test $? = 4 || exit 3
            test "$(grep -c '^# at' x.manifest)" = "$before" || exit 4
            head -c 1500000 stream | dmscp -w $FAR -d "$PWD" -F 1m -f x -resume
            test $? = 4 || exit 5
            dmscp -w $FAR -d "$PWD" -F 1m -f x -resume < stream || exit 6
            dmscp -r $FAR -d "$PWD" -F 1 -f x | cmp - stream
            """)).Is(0).Says("the stream differs from the archived part", "it ends after 1500000 bytes");

    [Case("tar")]
    public async Task What_goes_on_has_no_index_and_says_so() =>
        (await Run("""
            mkdir tree
            head -c 3000000 /dev/urandom > tree/file
            tar -cf stream tree
            dmscp -w $FAR -d "$PWD" -F 1m -f x -index -L 'head -c 2500000 stream; until grep -qs "^# at 1048576 " x.manifest; do sleep 0.1; done; exit 1' && exit 1
            dmscp -w $FAR -d "$PWD" -F 1m -f x -index -resume < stream
            test $? = 1 || exit 2
            dmscp -r $FAR -d "$PWD" -F 1 -f x | cmp - stream || exit 3
            rm x.*
            dmscp -w $FAR -d "$PWD" -F 1m -f x -index < stream || exit 4
            dmscp -w $FAR -d "$PWD" -F 1m -f x -index -resume < stream
            """)).Is(0).Says("x.index: there is no index: the first part of the stream went by in an earlier run");
}

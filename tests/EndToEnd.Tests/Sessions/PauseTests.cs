namespace EndToEnd.Tests.Sessions;

/// <summary>The user suspends the job with Ctrl-Z, for longer than the timeout, and continues it.</summary>
public sealed class PauseTests : CopyTest
{
    /// <summary><c>begin COMMAND...</c> starts a job of its own; <c>pause SECONDS</c> suspends it once data travel, with all that it has started; <c>end</c> waits for it.</summary>
    private const string Job = """
        set -m
        begin() { "$@" < /dev/null & job=$!; }
        pause() {
          until grep -qs '"moving"' events; do kill -0 $job || exit 98; sleep 0.05; done
          sleep 0.5; kill -TSTP -- -$job
          until grep -q '^State:.*stopped' /proc/$job/status; do kill -0 $job || exit 99; sleep 0.05; done
          before=$EPOCHREALTIME; sleep "$1"; after=$EPOCHREALTIME; kill -CONT -- -$job
        }
        end() { wait $job; }
        head -c 16000000 /dev/urandom > source

        """;

    [Cases(Needs.Sshd)]
    [InlineData("-w -l source -f there", Far.Ssh)]
    [InlineData("-r -f source -l there -connect ssh", Far.Ssh)]
    [InlineData("-r -f source -l there -channel udp", Far.Ssh)]
    public Task A_copy_that_was_suspended_for_longer_than_the_timeout_continues(string copy, Far far) => Pause(copy, far);

    [Cases(Needs.Whole, Needs.Sshd)]
    [InlineData("-r -f source -l there", Far.Ssh)]
    [InlineData("-w -l source -f there -connect ssh", Far.Ssh)]
    [InlineData("-w -l source -f there -connect reverse", Far.Ssh)]
    [InlineData("-w -l source -f there -channel udp", Far.Ssh)]
    [InlineData("-w -l source -f there", Far.Local)]
    [InlineData("-r -f source -l there -connect ssh", Far.Local)]
    public Task So_does_one_in_another_direction_or_over_another_way(string copy, Far far) => Pause(copy, far);

    private async Task Pause(string copy, Far far) =>
        (await Run($"{Job}begin dmscp $FAR -d \"$PWD\" -timeout 2 -rate 4m -events events {copy}; pause 8; end && cmp source there", far)).Is(0);

    [Case(Needs.Sshd)]
    public async Task So_does_one_through_a_jump_host() =>
        (await Run($"{Job}begin dmscp -s HOST -ssh-config \"$SSH_CONFIG\" -ssh-option ProxyJump=OTHER -d \"$PWD\" -timeout 2 -rate 4m -events events -w -l source -f there; pause 8; end && cmp source there", Far.Ssh)).Is(0);

    [Cases(Needs.Whole, Needs.Sshd)]
    [InlineData("yscp -F $SSH_CONFIG", "HOST:$PWD/source OTHER:$PWD/there", "there")]
    [InlineData("yscp -F $SSH_CONFIG -3", "HOST:$PWD/source OTHER:$PWD/there", "there")]
    [InlineData("dccli -F $SSH_CONFIG --slow wait", "source HOST:$PWD/there OTHER:$PWD/other", "there other")]
    [InlineData("dolly --ssh-config $SSH_CONFIG -O $PWD/at%h", "-I source -H HOST,OTHER", "atHOST atOTHER")]
    public Task So_do_copies_with_several_hosts(string program, string copy, string targets) => PauseSeveral(program, copy, targets);

    [Case(Needs.Sshd)]
    public Task So_does_one_to_two_hosts() => PauseSeveral("dccli -F $SSH_CONFIG", "source HOST:$PWD/there OTHER:$PWD/other", "there other");

    private async Task PauseSeveral(string program, string copy, string targets) =>
        (await Run($"{Job}begin {program} --timeout 2 --rate 4m --events events {copy}; pause 8; end || exit; for one in {targets}; do cmp source $one || exit 97; done", Far.Ssh)).Is(0);

    /// <summary>Each of the 16 connections waits for its turn when the job is suspended; after it they may not all send at once.</summary>
    [Case]
    public async Task The_rate_is_not_exceeded_afterwards()
    {
        var result = await Run($$"""
            {{Job}}
            start=$EPOCHREALTIME; begin dmscp -w -e local -rate 8m -streams 16 -l pattern:96m -f null: -events events; sleep 1; pause 4; end || exit
            echo "$EPOCHREALTIME $start $after $before" | awk '{ print ($1 - $2 - ($3 - $4) >= 11.2) ? "slow enough" : "too fast: " $1 - $2 - ($3 - $4) }'
            """);
        result.Is(0).Prints("slow enough\n");
    }
}

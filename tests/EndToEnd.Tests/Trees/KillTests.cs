namespace EndToEnd.Tests.Trees;

/// <summary>
/// kill -9 of one end at a random moment while a tree is copied: every file that has its name is complete, and a second run completes the tree.
/// PIPE_ROUNDS=N repeats each case with other moments.
/// </summary>
public sealed class KillTests : TreeTest
{
    private const int LatestMilliseconds = 1400;
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("PIPE_ROUNDS"), out var rounds) ? rounds : 1;

    public KillTests() => MayLeaveTemporaryFiles = true;

    public static TheoryData<string, string, string, int> Cases()
    {
        var data = new TheoryData<string, string, string, int>();
        foreach (var direction in new[] { "-w -l source -f \"$PWD/target\"", "-r -f \"$PWD/source\" -l target" })
        {
            foreach (var victim in new[] { "client", "server" })
            {
                foreach (var again in Needs.IsWhole ? ["", "-resume"] : new[] { "-resume" })
                {
                    for (var round = 0; round < Rounds; round++)
                    {
                        data.Add(direction, victim, again, round);
                    }
                }
            }
        }

        return data;
    }

    [Cases(Needs.Sshd, "rsync")]
    [MemberData(nameof(Cases))]
    public async Task What_has_its_name_is_whole_and_a_second_run_completes_it(string direction, string victim, string again, int round)
    {
        (await RunTree("""
            mkdir -p source target
            for d in a b c d; do mkdir -p source/$d; for i in $(seq 250); do head -c $((i * 40)) /dev/urandom > source/$d/f$i; done; done
            head -c 3000000 /dev/urandom > source/middle; head -c 12000000 /dev/urandom > source/large; ln -s a source/link
            """)).Is(0);
        var copying = StartTree($"exec dmscp $FAR -tree -recurse -all {direction} -rate 12m -timeout 6", Far.Ssh);
        var moment = new Random((victim.Length * 1000) + (direction.Length * 100) + again.Length + (round * 7919)).Next(LatestMilliseconds);
        await copying.Until(() => copying.HasEnded || Processes.Tagged(Tag).Any(IsServer), "both ends run");
        await Task.Delay(moment);
        foreach (var process in Processes.Tagged(Tag).Where(victim == "client" ? IsClient : IsServer))
        {
            Processes.Signal(process.Id, "KILL");
        }

        copying.CloseInput();
        var killed = await copying.End(60);
        var whole = await RunTree("""
            cd target; [ -d source ] || exit 0
            find . ! -name '.pipe-*' ! -name '.*.pipe-part' -type f -print0 | while IFS= read -r -d '' name; do cmp "$name" "../$name"; done
            """);
        Assert.True(whole is { Status: 0, Output: "" }, $"after {moment} ms: {whole}\n{killed}");
        // What the end has left that was killed goes with the second run; the other end lives on for a while, and takes its own away.
        var isReceiver = victim == (direction.StartsWith("-w", StringComparison.Ordinal) ? "server" : "client");
        (await RunTree($"""
            {(isReceiver ? "" : "find target -name '.pipe-*' -delete")}
            tree -recurse -all {again} {direction} || exit
            touch -r source target/source
            differences source target/source
            """, Far.Ssh)).Is(0).Prints("");
    }

    [Case(Needs.Sshd)]
    public async Task What_a_killed_client_has_left_there_is_taken_up_while_the_server_still_waits_for_it()
    {
        (await RunTree("head -c 100000000 /dev/urandom > large")).Is(0);
        var copying = StartTree("exec dmscp $FAR -tree -w -l large -f \"$PWD/target\" -rate 20m -streams 2", Far.Ssh);
        var part = PathOf(".target.pipe-part");
        await copying.Until(() => copying.HasEnded || (File.Exists(part) && new FileInfo(part).Length > 20_000_000), "a part of it is there");
        var server = Processes.Tagged(Tag).First(IsServer);
        Processes.Signal(copying.Id, "KILL");
        (await RunTree("""
            tree -w -resume -l large -f "$PWD/target" -events 3 3> events || exit
            cmp large target
            """, Far.Ssh)).Is(0);
        Assert.Contains(Processes.Tagged(Tag), process => process.Id == server.Id);
        Assert.False(File.Exists(part));
        copying.CloseInput();
        await copying.End(60);
    }
}

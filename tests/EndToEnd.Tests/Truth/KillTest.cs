using System.Diagnostics;
using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Truth;

/// <summary>
/// kill -9 of one process of a session at a random moment. Whatever happens then, what looks like success is a success; and soon
/// nothing of the session is left, no process, no port, no half file. PIPE_ROUNDS=N repeats each case with other moments,
/// PIPE_SEED=N chooses the moments.
/// </summary>
public abstract class KillTest : CopyTest
{
    /// <summary>Copies of 12 MB in a second or two; the session is resumed or given up within six.</summary>
    private const string Options = "-rate 10m -timeout 6";

    private const string Consume = "cat > target && touch done";
    private const int SourceSize = 12_000_000;
    private const int LatestMilliseconds = 1800;
    private static readonly int Seed = Number("PIPE_SEED", 1);

    /// <summary>How often each case runs.</summary>
    protected static int Rounds { get; } = Number("PIPE_ROUNDS", 1);

    private static readonly Dictionary<string, string> Copies = new()
    {
        ["file to file"] = "dmscp -w $FAR -l source -d \"$PWD\" -f target",
        ["command to file"] = "dmscp -w $FAR -L 'cat source' -d \"$PWD\" -f target",
        ["file to command"] = $"dmscp -w $FAR -l source -d \"$PWD\" -R '{Consume}'",
        ["command to command"] = $"dmscp -w $FAR -L 'cat source' -d \"$PWD\" -R '{Consume}'",
        ["file from file"] = "dmscp -r $FAR -d \"$PWD\" -f source -l target",
        ["file from command"] = "dmscp -r $FAR -d \"$PWD\" -R 'cat source' -l target",
        ["command from file"] = $"dmscp -r $FAR -d \"$PWD\" -f source -L '{Consume}'",
        ["command from command"] = $"dmscp -r $FAR -d \"$PWD\" -R 'cat source' -L '{Consume}'",
    };

    /// <summary>Every case, PIPE_ROUNDS times.</summary>
    protected static TheoryData<string, string, Far, int> Times(params (string Copy, string Victims, Far Far)[] cases)
    {
        var data = new TheoryData<string, string, Far, int>();
        foreach (var (copy, victims, far) in cases.Where(one => one.Far == Far.Local || Lab.Shared.WhyNoSshd is null))
        {
            foreach (var victim in victims.Split(", "))
            {
                for (var round = 0; round < Rounds; round++)
                {
                    data.Add(copy, victim, far, round);
                }
            }
        }

        return data;
    }

    protected async Task Kill(string copy, string victim, Far far, int round)
    {
        var random = new Random(HashCode(copy + victim + far) + (Seed * 1000) + round);
        var ports = random.Next(10_000, 20_000);
        (await Run($"head -c {SourceSize} /dev/urandom > source")).Is(0);
        var copying = Start($"exec {Copies[copy]} {Options} -p {ports}-{ports + 9}", far);
        await copying.Until(() => copying.HasEnded || Processes.Tagged(Tag).Any(IsClient), "dmscp has started");
        var moment = random.Next(LatestMilliseconds);
        await Task.Delay(moment);
        var sshd = Processes.Tagged(Tag).Where(IsServer).SelectMany(Processes.SshdAbove).ToList();
        var isKilled = await KillOne(victim, copying);

        var result = await copying.End(60);
        var how = $"{victim} {(isKilled ? $"killed after {moment} ms" : "had ended")}: {result}";
        var isWhole = (await Run("cmp source target")).Status == 0;
        var isCommand = copy.StartsWith("command from", StringComparison.Ordinal) || copy.EndsWith("to command", StringComparison.Ordinal);
        var looksWhole = File.Exists(PathOf(isCommand ? "done" : "target"));
        Assert.True(!looksWhole || isWhole, $"a half copy that looks whole: {how}");
        Assert.True(result.Status != 0 || looksWhole, $"success without a copy: {how}");
        Assert.True(!isKilled || victim != "client" || result.Status != 0, $"success of a killed program: {how}");
        await Gone(() => sshd.Where(one => Processes.Get(one.Id) is { } now && now.Arguments == one.Arguments), how);
        await Gone(() => Processes.Tagged(Tag), how);
        await Gone(() => Listening(ports), how);
    }

    /// <summary>Kills the chosen process, once it is there; false if the copy is over before.</summary>
    private async Task<bool> KillOne(string victim, Running copying)
    {
        while (!copying.HasEnded)
        {
            if (FindVictim(victim, copying) is { } found)
            {
                Processes.Signal(found.Id, "KILL");
                return true;
            }

            await Task.Delay(10);
        }

        return false;
    }

    private ProcessInfo? FindVictim(string victim, Running copying)
    {
        var all = Processes.Tagged(Tag);
        var server = all.FirstOrDefault(IsServer);
        return victim switch
        {
            "client" => all.FirstOrDefault(one => one.Id == copying.Id),
            "ssh" => all.FirstOrDefault(one => one.Name == "ssh"),
            "server" => server,
            "sshd" => server is null ? null : Processes.SshdAbove(server).FirstOrDefault(),
            "guardian" => all.FirstOrDefault(one => one.Arguments.Contains("read -r word", StringComparison.Ordinal)),
            "local command" => all.FirstOrDefault(one => IsCommand(one) && one.Parent == copying.Id),
            "remote command" => all.FirstOrDefault(one => IsCommand(one) && one.Parent == server?.Id),
            _ => throw new UnreachableException(victim),
        };
    }

    private static bool IsCommand(ProcessInfo process) =>
        process.Words.Length > 2 && (process.Words[2] is Consume or "cat source" || process.Words is ["cat", "source", ..]);

    private static async Task Gone<T>(Func<IEnumerable<T>> left, string how)
    {
        var watch = Stopwatch.StartNew();
        List<T> now;
        while ((now = [.. left()]).Count > 0)
        {
            Assert.True(watch.Elapsed.TotalSeconds < 30, $"still there: {string.Join("; ", now)}: {how}");
            await Task.Delay(50);
        }
    }

    private static IEnumerable<string> Listening(int ports) =>
        Checkout.Run("ss", "-Htln", $"sport >= :{ports} and sport <= :{ports + 9}").Lines;

    /// <summary>The same in every run.</summary>
    private static int HashCode(string text) => text.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter)) & 0xFFFFFF;

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;
}

/// <summary>Kills while data go to the far end.</summary>
public sealed class KillWhileWritingTests : KillTest
{
    public static TheoryData<string, string, Far, int> ToFile() => Times(
        ("file to file", "client, ssh, sshd, server", Far.Ssh),
        ("command to file", "client, local command", Far.Ssh),
        ("file to file", "client, server", Far.Local));

    [Cases("ss")]
    [MemberData(nameof(ToFile))]
    public Task A_half_file_never_has_the_name(string copy, string victim, Far far, int round) => Kill(copy, victim, far, round);
}

/// <summary>Kills while data go into a command at the far end.</summary>
public sealed class KillWhileWritingIntoCommandTests : KillTest
{
    public static TheoryData<string, string, Far, int> ToCommand() => Times(
        ("file to command", "client, ssh, sshd, server, remote command", Far.Ssh),
        ("command to command", "client, local command, guardian", Far.Ssh),
        ("command to command", "server, remote command", Far.Local));

    [Cases("ss")]
    [MemberData(nameof(ToCommand))]
    public Task A_command_never_takes_half_of_its_input_for_all(string copy, string victim, Far far, int round) => Kill(copy, victim, far, round);
}

/// <summary>Kills while data come from the far end.</summary>
public sealed class KillWhileReadingTests : KillTest
{
    public static TheoryData<string, string, Far, int> FromAnywhere() => Times(
        ("file from file", "client, ssh, sshd, server", Far.Ssh),
        ("file from command", "client, remote command", Far.Ssh),
        ("command from file", "client, server, local command", Far.Ssh),
        ("command from command", "client, ssh, local command, remote command, guardian", Far.Ssh),
        ("file from command", "server, client", Far.Local));

    [Cases("ss")]
    [MemberData(nameof(FromAnywhere))]
    public Task Half_of_it_never_looks_whole(string copy, string victim, Far far, int round) => Kill(copy, victim, far, round);
}

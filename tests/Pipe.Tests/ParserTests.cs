using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Tests;

public sealed class ParserTests
{
    private static readonly Plan Simple = new()
    {
        Direction = Direction.Read,
        Remote = new Remote { Host = "h" },
        There = Resource.File("", "f"),
        Here = Resource.Stdio,
    };

    public static TheoryData<string> Changes { get; } = [.. Expected.Keys];

    private static Dictionary<string, Plan> Expected => new()
    {
        [""] = Simple,
        ["-w"] = Simple with { Direction = Direction.Write },
        ["-w -r"] = Simple,
        ["-s other"] = Simple with { Remote = new Remote { Host = "other" } },
        ["-s ::1"] = Simple with { Remote = new Remote { Host = "::1" } },
        ["-u me"] = Simple with { Remote = Simple.Remote with { User = "me" } },
        ["-P 2222"] = Simple with { Remote = Simple.Remote with { SshPort = 2222 } },
        ["-P 65535 -P 1"] = Simple with { Remote = Simple.Remote with { SshPort = 1 } },
        ["-o A=b -o C=d -o A=b"] = Simple with { Remote = Simple.Remote with { SshOptions = ["A=b", "C=d", "A=b"] } },
        ["-ssh-config c"] = Simple with { Remote = Simple.Remote with { SshConfig = "c" } },
        ["-e local"] = Simple with { Remote = Simple.Remote with { Shell = "local" } },
        ["-e 'srun -w node1'"] = Simple with { Remote = Simple.Remote with { Shell = "srun -w node1" } },
        ["-prefix 'setenv A b'"] = Simple with { Remote = Simple.Remote with { Prefix = "setenv A b" } },
        ["-prefix x -prefix ''"] = Simple,
        ["-keep-login 60"] = Simple with { Remote = Simple.Remote with { KeepSeconds = 60 } },
        ["-keep-login end"] = Simple with { Remote = Simple.Remote with { KeepSeconds = Remote.EndOfKeeping } },
        ["-keep-login 60,own"] = Simple with { Remote = Simple.Remote with { KeepSeconds = 60, KeepsOverUsers = true } },
        ["-keep-login 60,own -keep-login 60"] = Simple with { Remote = Simple.Remote with { KeepSeconds = 60 } },
        ["-keep-login 60 -keep 0"] = Simple,
        ["-keep 60"] = Simple with { Remote = Simple.Remote with { KeepSeconds = 60 } },
        ["-keep 60 -keep 0"] = Simple,
        ["-bootstrap"] = Simple with { Remote = Simple.Remote with { Bootstrap = true } },
        ["-d /a"] = Simple with { There = Resource.File("/a", "f") },
        ["-f -r"] = Simple with { There = Resource.File("", "-r") },
        ["-f null:"] = Simple with { There = Resource.Null },
        ["-f ./null:"] = Simple with { There = Resource.File("", "null:") },
        ["-f null:x"] = Simple with { There = Resource.File("", "null:x") },
        ["-f ././null:"] = Simple with { There = Resource.File("", "./null:") },
        ["-f ./x"] = Simple with { There = Resource.File("", "./x") },
        ["-f pattern:2g"] = Simple with { There = Resource.Pattern(2L << 30) },
        ["-f ./pattern:2g -d e"] = Simple with { There = Resource.File("e", "pattern:2g") },
        ["-w -f pattern:"] = Simple with { Direction = Direction.Write, There = Resource.Pattern(0) },
        ["-l g"] = Simple with { Here = Resource.File("", "g") },
        ["-l pattern:"] = Simple with { Here = Resource.Pattern(0) },
        ["-w -l pattern:1k"] = Simple with { Direction = Direction.Write, Here = Resource.Pattern(1024) },
        ["-l null:"] = Simple with { Here = Resource.Null },
        ["-L 'tar x'"] = Simple with { Here = Resource.Command("", "tar x") },
        ["-tree -l t -f g"] = Simple with { There = Resource.Tree("", ["f", "g"], TreeFlags.None, []), Here = Resource.Tree("", ["t"], TreeFlags.None, []) },
        ["-w -tree -l a -l null: -f t -d d"] = Simple with
        {
            Direction = Direction.Write,
            There = Resource.Tree("d", ["t"], TreeFlags.None, []),
            Here = Resource.Tree("", ["a", "null:"], TreeFlags.None, []),
        },
        ["-tree -recurse -quick -resume -exclude x -exclude '*' -verify -dry-run -trust-names"] = Simple with
        {
            There = Resource.Tree("", ["f"], TreeFlags.Recurse | TreeFlags.Resume | TreeFlags.Quick, ["x", "*"]),
            TreeAction = TreeAction.DryRun,
            TrustNames = true,
        },
        ["-p 5000"] = Simple with { Ports = new PortRange(5000, 5000) },
        ["-p 5000-5010"] = Simple with { Ports = new PortRange(5000, 5010) },
        ["-wsz 4k"] = Simple with { WindowSize = 4096 },
        ["-wsz 1G"] = Simple with { WindowSize = 1 << 30 },
        ["-checksum"] = Simple,
        ["-checksum none"] = Simple with { Checksum = DigestKind.None },
        ["-checksum crc32c -v"] = Simple with { Checksum = DigestKind.Crc32C },
        ["-checksum sha256"] = Simple with { Checksum = DigestKind.Sha256 },
        ["-checksum xxh3"] = Simple,
        ["-checksum none -checksum -r"] = Simple,
        ["-rate 1"] = Simple with { Rate = 1 },
        ["-rate 100m"] = Simple with { Rate = 100 << 20 },
        ["-timeout 31536000"] = Simple with { TimeoutSeconds = 31536000 },
        ["-inplace"] = Simple with { InPlace = true },
        ["-progress -q -vv -events 3"] = Simple,
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Options_say_what_is_done(string words)
    {
        var plan = Parser.Parse(["-r", "-s", "h", "-f", "f", .. ShellWords.Split(words)]).Plan;
        Assert.Equal(Expected[words], plan);
    }

    [Fact]
    public void Options_come_in_any_order() =>
        Assert.Equal(Parser.Parse("-r", "-s", "h", "-f", "f").Plan, Parser.Parse("-f", "f", "-s", "h", "-r").Plan);

    [Fact]
    public void A_remote_command_takes_the_place_of_a_file_and_may_have_a_directory() =>
        Assert.Equal(Resource.Command("/tmp", "tar c ."), Parser.Parse("-r", "-s", "h", "-d", "/tmp", "-R", "tar c .").Plan!.There);

    [Theory]
    [InlineData("local")]
    [InlineData("kubectl exec -i pod --")]
    public void Another_remote_shell_needs_no_host(string shell) =>
        Assert.Equal(shell, Parser.Parse("-r", "-f", "f", "-e", shell).Plan!.Remote.Shell);

    [Theory]
    [InlineData("-q", -1)]
    [InlineData("-v", 1)]
    [InlineData("-vv", 2)]
    [InlineData("-vv -q", -1)]
    [InlineData("-q -v", 1)]
    [InlineData("-progress", 0)]
    public void The_last_word_on_verbosity_wins(string words, int verbosity) =>
        Assert.Equal(verbosity, Parser.Parse(["-r", "-s", "h", "-f", "f", .. words.Split(' ')]).Verbosity);

    [Fact]
    public void Events_and_the_meter_are_asked_for()
    {
        var request = Parser.Parse("-r", "-s", "h", "-f", "f", "-events", "a", "-events", "b", "-progress");
        Assert.Equal("b", request.Events);
        Assert.True(request.Progress);
    }

    [Theory]
    [InlineData("-s host -u user -keep-login end")]
    [InlineData("-keep end -u user -s host")]
    public void The_end_of_a_kept_login_needs_a_host_and_no_more(string words)
    {
        var request = Parser.Parse(words.Split(' '));
        Assert.Equal(CommandKind.EndLogin, request.Kind);
        Assert.Equal(new Remote { Host = "host", User = "user", KeepSeconds = Remote.EndOfKeeping }, request.Plan!.Remote);
    }

    [Theory]
    [InlineData("-server", (int)CommandKind.Serve)]
    [InlineData("-spare", (int)CommandKind.Wait)]
    [InlineData("-h", (int)CommandKind.Usage)]
    [InlineData("-version", (int)CommandKind.Version)]
    [InlineData("-h -nonsense", (int)CommandKind.Usage)]
    [InlineData("-r -server -h", (int)CommandKind.Usage)]
    public void Some_options_need_no_plan(string words, int errand)
    {
        var request = Parser.Parse(words.Split(' '));
        Assert.Equal((CommandKind)errand, request.Kind);
        Assert.Null(request.Plan);
    }

    [Fact]
    public void Print_plan_needs_a_plan()
    {
        Assert.Equal(CommandKind.PrintPlan, Parser.Parse("-print-plan", "-r", "-s", "h", "-f", "f").Kind);
        Assert.Throws<Failure>(() => Parser.Parse("-print-plan"));
    }
}

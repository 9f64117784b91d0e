using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Tests;

public sealed class WatchTests : IDisposable
{
    private static readonly Outcome Good = new(1 << 20, TimeSpan.FromSeconds(2), "direct", 4);

    private readonly Scratch _scratch = new();
    private readonly MemoryStream _error = new();
    private static readonly string[] TreeWords = ["-tree", "-f", "f", "-l", "g"];

    private readonly Tally _tally = new();

    public void Dispose()
    {
        _scratch.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Events_tell_the_story_of_a_copy()
    {
        var events = Events(watch =>
        {
            watch.Entered(Phase.Connecting);
            watch.Channel("reverse", "port closed", 2);
            watch.Entered(Phase.Moving);
            watch.Waiting("", "tape");
            watch.Warning("slow");
            _tally.Moved(1000);
            watch.Tick();
            watch.Succeeded(Good);
        });
        Assert.Equal(["state", "channel", "state", "wait", "warning", "progress", "verdict"], events.Select(Name));
        Assert.Equal("connecting", events[0].GetProperty("state").GetString());
        Assert.Equal(("reverse", "port closed", 2), (events[1].GetProperty("way").GetString(), events[1].GetProperty("reason").GetString(), events[1].GetProperty("lanes").GetInt32()));
        Assert.Equal("tape", events[3].GetProperty("reason").GetString());
        Assert.Equal("slow", events[4].GetProperty("text").GetString());
        Assert.Equal(1000, events[5].GetProperty("bytes").GetInt64());
        Assert.Equal(JsonValueKind.Null, events[5].GetProperty("total").ValueKind);
    }

    [Fact]
    public void The_verdict_of_a_good_copy_says_what_was_moved()
    {
        _tally.Damage();
        _tally.Loss();
        _tally.Loss();
        var verdict = Events(watch => watch.Succeeded(Good)).Single();
        Assert.Equal(
            "{\"event\":\"verdict\",\"ok\":true,\"exit\":0,\"bytes\":1048576,\"seconds\":2.000,\"way\":\"direct\",\"lanes\":4,\"damaged\":1,\"lost\":2,\"error\":null,\"hint\":null}",
            Regex.Replace(verdict.GetRawText(), "\"t\":[0-9.]+,", ""));
    }

    [Fact]
    public void The_verdict_of_a_failed_copy_says_why()
    {
        var verdict = Events(watch => watch.Failed(new Failure(ExitCode.NoSpace, "h: /x: no space left on device", "make some"))).Single();
        Assert.False(verdict.GetProperty("ok").GetBoolean());
        Assert.Equal(5, verdict.GetProperty("exit").GetInt32());
        Assert.Equal("h: /x: no space left on device", verdict.GetProperty("error").GetString());
        Assert.Equal("make some", verdict.GetProperty("hint").GetString());
        Assert.Equal(JsonValueKind.Null, verdict.GetProperty("way").ValueKind);
    }

    [Fact]
    public void Nothing_comes_after_the_verdict()
    {
        var events = Events(watch =>
        {
            watch.Succeeded(Good);
            watch.Tick();
            watch.Warning("late");
            watch.Entered(Phase.Done);
            watch.Failed(new Failure(ExitCode.Bug, "late"));
        });
        Assert.Equal(["verdict"], events.Select(Name));
    }

    [Fact]
    public void Of_several_copies_there_is_one_verdict_for_all()
    {
        var verdict = Events(watch =>
        {
            watch.Next(Good, InvocationOf("").Plan!, new Tally());
            watch.Next(null, InvocationOf("").Plan!, new Tally());
            watch.Succeeded(Good);
        }).Single();
        Assert.Equal((2 << 20, 4), (verdict.GetProperty("bytes").GetInt64(), verdict.GetProperty("seconds").GetDouble()));
    }

    [Fact]
    public void Progress_of_a_tree_counts_files()
    {
        var events = Events(TreeWords, watch =>
        {
            _tally.Tree.Take(Whole("a", 5));
            watch.Tick();
            _tally.Found(2, 11);
            watch.Tick();
            watch.Succeeded(Good);
        });
        Assert.Equal((1, JsonValueKind.Null), (events[0].GetProperty("files").GetInt32(), events[0].GetProperty("found").ValueKind));
        Assert.Equal((1, 2, 11), (events[1].GetProperty("files").GetInt32(), events[1].GetProperty("found").GetInt32(), events[1].GetProperty("total").GetInt32()));
    }

    [Fact]
    public void The_manual_page_describes_each_event_with_its_members()
    {
        _tally.Moved(Good.Bytes);
        var events = Events([.. TreeWords, "-resume"], watch =>
        {
            watch.Entered(Phase.Moving);
            watch.Channel("ssh", "no port", 0);
            watch.Waiting("", "x");
            watch.Warning("x");
            watch.ItemError("x");
            watch.Tick();
            watch.Succeeded(Good with { Limit = Bottleneck.Sink });
        });
        var page = Repository.Read("man/dmscp.1");
        var section = page[page.IndexOf(".Sh EVENTS", StringComparison.Ordinal)..page.IndexOf(".Sh ENVIRONMENT", StringComparison.Ordinal)];
        Assert.Equal(
            Regex.Matches(section, @"^\.It Cm (\w+)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Order(),
            events.Select(Name).Order()!);
        var described = Regex.Matches(section, @"^\.Cm (.*)$", RegexOptions.Multiline).SelectMany(match => match.Groups[1].Value.Split(' ', ','));
        Assert.Empty(events.SelectMany(line => line.EnumerateObject()).Select(member => member.Name).Except(described));
    }

    /// <summary>Not every error is about a file: the target itself reports how many arrived.</summary>
    [Fact]
    public void A_member_that_arrived_counts_as_sent_whatever_else_failed()
    {
        _tally.Moved(Good.Bytes);
        var events = Events([.. TreeWords, "-resume"], watch =>
        {
            foreach (var name in new[] { "a", "b", "c", "d" })
            {
                _tally.Tree.Take(Whole(name, 5));
            }

            _tally.FailThere(3);
            _tally.ArriveThere(3);
            _tally.Tree.ReachSame(1);
            watch.Succeeded(Good);
        });
        var summary = events.Single(line => Name(line) == "summary");
        Assert.Equal((2, 1, 0, 3), (Sum("sent"), Sum("same"), Sum("removed"), Sum("failed")));
        Assert.Contains("dmscp: 2 sent, 1 same, 0 removed, 3 failed\n", Encoding.UTF8.GetString(_error.ToArray()), StringComparison.Ordinal);

        int Sum(string name) => summary.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "dmscp: data go direct, lanes: 4: open\ndmscp: detail\ndmscp: 1048576 bytes in 2.000 s, 512KiB/s, way: direct, lanes: 4, damaged: 0, lost: 0\ndmscp: limited by: socket buffer\n")]
    public void The_summary_is_for_those_who_ask(int verbosity, string words)
    {
        var messages = new Messages("dmscp", _error.Write) { Verbosity = verbosity };
        using (var watch = new Watch(InvocationOf(""), _tally, messages))
        {
            watch.Entered(Phase.Moving);
            watch.Channel("direct", "open", 4);
            watch.Note(1, "detail");
            watch.Note(2, "more detail");
            watch.Succeeded(Good with { Limit = Bottleneck.SocketBuffer });
        }

        Assert.Equal(words, Encoding.UTF8.GetString(_error.ToArray()));
    }

    [Fact]
    public void Events_to_a_place_that_does_not_exist_fail_before_the_copy() =>
        Assert.Equal(ExitCode.Objects, Refused(InvocationOf(_scratch["no/such"])).Code);

    [Theory]
    [InlineData("987654")]
    [InlineData("99999999999999999999")]
    public void A_descriptor_that_is_not_open_is_refused(string descriptor) => Assert.Equal(ExitCode.Usage, Refused(InvocationOf(descriptor)).Code);

    private static string? Name(JsonElement line) => line.GetProperty("event").GetString();

    private static Invocation InvocationOf(string events, string[]? words = null) =>
        Parser.Parse(["-r", "-e", "local", .. words ?? ["-f", "f"], .. events.Length > 0 ? new[] { "-events", events } : []]);

    private static TreeEntry Whole(string path, int size) =>
        new() { Kind = EntryKind.File, Path = RawText.Encode(path), Size = size, Span = size };

    private Failure Refused(Invocation request) =>
        Assert.Throws<Failure>(() => new Watch(request, _tally, new Messages("dmscp", _error.Write)));

    private List<JsonElement> Events(Action<Watch> copy) => Events(null, copy);

    private List<JsonElement> Events(string[]? words, Action<Watch> copy)
    {
        var file = _scratch["events"];
        using (var watch = new Watch(InvocationOf(file, words), _tally, new Messages("dmscp", _error.Write)))
        {
            copy(watch);
        }

        return [.. File.ReadAllLines(file).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}

using System.Text.Json;

namespace EndToEnd.Tests.Sessions;

/// <summary>Output for scripts: events, and the plan of a copy.</summary>
public sealed class ReportTests : CopyTest
{
    [Cases]
    [InlineData("dmscp -w $FAR -l pattern:5m -f null:", 0)]
    [InlineData("dmscp -r $FAR -f pattern:100 -l null:", 0)]
    [InlineData("dmscp -w $FAR -rate 4m -l pattern:9m -R 'cat > /dev/null'", 0)]
    [InlineData("dmscp -w $FAR -l pattern:5m -R 'exit 3'", 8)]
    [InlineData("dmscp -r $FAR -f /nonexistent", 1)]
    [InlineData("dmscp -w $FAR -l pattern:5m -f /dev/full", 5)]
    [InlineData("dmscp -w -e false -l pattern:5m -f null:", 3)]
    [InlineData("dmscp -w -e 'sh -c cat' -timeout 5 -l pattern:5m -f null:", 7)]
    public async Task Events_are_lines_of_JSON_and_end_in_one_verdict_that_agrees_with_the_exit_status(string copy, int status)
    {
        (await Run($"{copy} -events 3 3> events", seconds: 40)).Is(status);
        var lines = (await File.ReadAllLinesAsync(PathOf("events"))).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var verdict = Assert.Single(lines, line => line.GetProperty("event").GetString() == "verdict");
        Assert.Equal("verdict", lines[^1].GetProperty("event").GetString());
        Assert.Equal(status, verdict.GetProperty("exit").GetInt32());
        Assert.Equal(status == 0, verdict.GetProperty("ok").GetBoolean());
        Assert.Equal(status == 0, verdict.GetProperty("error").ValueKind == JsonValueKind.Null);
        Assert.All(lines, line => Assert.True(line.GetProperty("t").GetDouble() >= 0));
    }

    [Cases]
    [InlineData("dmscp -w $FAR -l pattern:5m -f null: $JSON", 0)]
    [InlineData("dmscp -r $FAR -f /nonexistent -l null: $JSON", 1)]
    [InlineData("dmscp -r $FAR -tree -verify -d \"$PWD\" -f one -l two $JSON", 1)]
    [InlineData("yscp $JSON -Z --launch local one \"h:$PWD/two\"", 0)]
    [InlineData("ytar $JSON -e local tree \"h:$PWD/copy\"", 0)]
    public async Task The_result_is_one_JSON_object_that_agrees_with_the_events(string copy, int status)
    {
        (await Run($"JSON='--json --events events'; mkdir tree; date > one; echo two > two; {copy} > result", seconds: 40)).Is(status);
        var result = JsonDocument.Parse(Assert.Single(await File.ReadAllLinesAsync(PathOf("result")))).RootElement;
        var events = (await File.ReadAllLinesAsync(PathOf("events"))).Select(line => JsonDocument.Parse(line).RootElement);
        var last = events.Where(line => line.GetProperty("event").GetString() is "verdict" or "summary").SelectMany(line => line.EnumerateObject());
        Assert.Equal(status, result.GetProperty("exit").GetInt32());
        Assert.Equal(MembersOf(last.Where(member => member.Name is not ("t" or "event"))), MembersOf(result.EnumerateObject()));
    }

    [Cases]
    [InlineData("dmscp -r $FAR -f pattern:100 -json", "dmscp: error: -json: standard output carries the data")]
    [InlineData("dmscp -r $FAR -f pattern:100 -L cat -json", "dmscp: error: -json: standard output belongs to the command of -L")]
    [InlineData("dmscp -w $FAR -l pattern:100 -f null: -json -events 1", "dmscp: error: standard output cannot take both the events and the result")]
    public async Task A_result_is_refused_where_standard_output_is_taken(string copy, string error)
    {
        var refused = (await Run(copy)).Is(2);
        Assert.Equal("", refused.Output);
        Assert.Equal(error, refused.Error.Split('\n')[0]);
    }

    [Case]
    public async Task A_copy_whose_result_cannot_be_printed_fails() =>
        Assert.Contains("standard output: no space left on device", (await Run("dmscp -w $FAR -l pattern:5m -f null: -json > /dev/full")).Is(1).Error);

    [Case]
    public async Task The_verdict_counts_the_bytes_that_arrived()
    {
        (await Run("dmscp -r $FAR -events events -f pattern:5000001 -l null:")).Is(0);
        var verdict = JsonDocument.Parse((await File.ReadAllLinesAsync(PathOf("events")))[^1]).RootElement;
        Assert.Equal(5_000_001, verdict.GetProperty("bytes").GetInt64());
    }

    [Case]
    public async Task An_interruption_is_in_the_verdict()
    {
        var copying = Start("exec dmscp -w $FAR -rate 2m -l pattern:40m -f null: -events events");
        await copying.Until(() => File.Exists(PathOf("events")) && File.ReadAllText(PathOf("events")).Contains("\"moving\"", StringComparison.Ordinal), "the copy has begun");
        Processes.Signal(copying.Id, "TERM");
        (await copying.End()).Is(6);
        Assert.Equal(6, JsonDocument.Parse((await File.ReadAllLinesAsync(PathOf("events")))[^1]).RootElement.GetProperty("exit").GetInt32());
    }

    [Case]
    public async Task A_reader_of_events_that_goes_away_does_not_end_the_copy() =>
        (await Run("dmscp -w $FAR -rate 4m -l pattern:9m -f null: -events 3 3> >(exec head -c 1 > /dev/null)")).Is(0);

    private static IEnumerable<string> MembersOf(IEnumerable<JsonProperty> members) => members.Select(member => member.ToString()).Order(StringComparer.Ordinal);

    [Cases]
    [BothWays]
    public async Task The_line_of_print_plan_does_the_same_copy(Far far) =>
        (await Run("""
            set -e
            name=$'strange $name with "quotes",\n it'\''s new'
            head -c 300000 /dev/urandom > "$name"
            dmscp -print-plan -w $FAR -checksum sha256 -d "$PWD" -f "copy of $name" -l "$name" > plan
            dmscp -print-plan -r $FAR -d "$PWD" -R 'cat "copy of "*; echo "end $((1 + 1))"' -L 'cat > back' >> plan
            test ! -e "copy of $name"
            sh -e plan
            cmp "$name" "copy of $name"
            { cat "$name"; echo 'end 2'; } | cmp back -
            """, far)).Is(0);
}

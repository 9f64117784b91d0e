using System.Text.RegularExpressions;
using Pipe.Fuzz;

namespace Pipe.Protocol.Tests.Fuzz;

/// <summary>The fuzzer plays on after a finding, and says how many cases it has played, and how fast.</summary>
public sealed partial class CampaignTests : IDisposable
{
    private readonly string _findings = Directory.CreateTempSubdirectory("pipe-fuzz-").FullName;
    private readonly StringWriter _output = new();

    [Fact]
    public void It_goes_on_after_a_finding()
    {
        var broken = new BrokenTarget("broken");
        var good = new BrokenTarget("good") { Fails = false };
        Assert.Equal(1, Run(1000, broken, good));
        Assert.True(broken.Rounds >= 1000 && good.Rounds >= 1000);
        Assert.Contains($"{broken.Rounds} findings of 1 kinds", Lines());
    }

    [Fact]
    public void It_writes_down_the_first_findings_of_each_kind()
    {
        Run(1000, new BrokenTarget("broken"));
        Assert.Equal(3, Lines().Count(static line => line.StartsWith("FOUND in broken: spoilt", StringComparison.Ordinal)));
        Assert.Equal(3, Directory.GetFiles(_findings).Length);
    }

    [Fact]
    public void It_reports_cases_per_second()
    {
        var target = new BrokenTarget("broken");
        Run(1000, target);
        var line = Assert.Single(Lines(), static one => one.StartsWith("broken: ", StringComparison.Ordinal));
        var figures = Rate().Match(line);
        Assert.True(figures.Success, line);
        Assert.Equal(1000 * BrokenTarget.CasesInOneRound, int.Parse(figures.Groups[1].ValueSpan));
        Assert.True(double.Parse(figures.Groups[2].ValueSpan) > 0, line);
        Assert.Contains("  1000 rounds", Lines());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_finding_can_be_played_again(bool records)
    {
        Run(10, new BrokenTarget("broken") { Records = records });
        var seeds = Directory.GetFiles(_findings).Select(Found).ToList();
        Assert.Equal(3, seeds.Distinct().Count());

        int Found(string file)
        {
            var again = new BrokenTarget("broken") { Records = records };
            Assert.Equal(1, new Campaign(_findings, TextWriter.Null).PlayAgain(file, [again]));
            Assert.Contains($"chance {again.Chance}", File.ReadLines(file));
            return again.Chance;
        }
    }

    [Fact]
    public void What_is_left_over_is_a_finding()
    {
        Assert.Equal(1, Run(10, new BrokenTarget("untidy") { Fails = false, IsUntidy = true }));
        Assert.Contains("FOUND in untidy: left over", Lines());
    }

    [Fact]
    public void Nothing_found_is_success() => Assert.Equal(0, Run(10, new BrokenTarget("good") { Fails = false }));

    public void Dispose()
    {
        _output.Dispose();
        Directory.Delete(_findings, true);
    }

    private int Run(int rounds, params BrokenTarget[] targets) =>
        new Campaign(_findings, TextWriter.Synchronized(_output)).Run(() => targets.All(target => target.Rounds >= rounds), 1, targets);

    private string[] Lines() => _output.ToString().Split('\n');

    [GeneratedRegex(@"^broken: (\d+) cases, (\d+) a second$")]
    private static partial Regex Rate();
}

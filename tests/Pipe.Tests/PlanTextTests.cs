using FsCheck.Fluent;
using FsCheck;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Tests;

public sealed class PlanTextTests
{
    [Fact]
    public void A_printed_plan_reads_back_as_an_equal_plan() =>
        Prop.ForAll(Plans.Any, plan => Parser.Parse([.. PlanText.Words(plan)]).Plan == plan)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void The_printed_line_is_split_back_into_the_words() =>
        Prop.ForAll(Plans.Any, plan => ShellWords.Split(PlanText.Print(plan)).SequenceEqual(["dmscp", .. PlanText.Words(plan)]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void A_real_sh_reads_the_line_as_the_same_plan()
    {
        foreach (var plan in Plans.Some(30))
        {
            var shell = Shell.Run($"dmscp() {{ printf '%s\\0' \"$@\"; }}\n{PlanText.Print(plan)}\n");
            var words = shell.Text.Split('\0')[..^1];
            Assert.Equal(PlanText.Words(plan), words);
            Assert.Equal(plan, Parser.Parse(words).Plan);
        }
    }

    [Fact]
    public void What_ytar_plans_dmscp_does()
    {
        foreach (var words in (string[][])[["it's", "h:$x"], ["-z", "h:a b", "c"], ["--to-file", "a", "h:null:"], ["--from-file", "h:a", "-e", "local", "b"]])
        {
            var plan = Ytar.Parser.Parse(words).Plan!;
            var shell = Shell.Run($"dmscp() {{ printf '%s\\0' \"$@\"; }}\n{PlanText.Print(plan)}\n");
            Assert.Equal(plan, Parser.Parse(shell.Text.Split('\0')[..^1]).Plan);
        }
    }

    [Fact]
    public void Defaults_are_not_printed() =>
        Assert.Equal("dmscp -r -s h -f f", PlanText.Print(Parser.Parse("-f", "f", "-checksum", "-timeout", "30", "-r", "-s", "h", "-v").Plan!));

    [Fact]
    public void Words_are_quoted_for_sh() =>
        Assert.Equal(
            @"dmscp -w -s h -R 'echo '\''a b'\'' >x' -l 'a b' -p 5000-5010 -wsz 8m -checksum none",
            PlanText.Print(Parser.Parse("-w", "-s", "h", "-R", "echo 'a b' >x", "-l", "a b", "-p", "5000-5010", "-wsz", "8192k", "-checksum", "none").Plan!));
}

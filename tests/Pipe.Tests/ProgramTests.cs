using Pipe.Engine;

namespace Pipe.Tests;

/// <summary>The built program, called as people call it.</summary>
public sealed class ProgramTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "pipe");

    private readonly Scratch _scratch = new();

    public ProgramTests() => File.CreateSymbolicLink(_scratch["dmscp"], Program);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_link_names_the_program()
    {
        var run = Run("dmscp -h");
        Assert.Equal((0, Usage.Text(), ""), (run.Status, run.Text, run.Error));
    }

    [Theory]
    [InlineData("pipe dmscp -version")]
    [InlineData("dmscp -version")]
    [InlineData("dotnet pipe.dll dmscp -version")]
    public void The_first_argument_names_the_program_too(string command)
    {
        var run = Run(command.Replace("pipe", ShellWords.Quote(Program), StringComparison.Ordinal));
        Assert.Matches(@"^dmscp \(Pipe\) \d+\.\d+\.\d+\n$", run.Text);
        Assert.Equal(0, run.Status);
    }

    [Fact]
    public void Applets_are_listed() => Assert.Equal(string.Concat(Applet.All.Select(applet => applet.Name + "\n")), Run($"{Program} -applets").Text);

    [Theory]
    [InlineData("", "no program name given")]
    [InlineData("nonsense", "nonsense: no such program")]
    public void Without_a_program_name_it_says_which_there_are(string words, string cause)
    {
        var run = Run($"{Program} {words}");
        Assert.Equal((2, ""), (run.Status, run.Text));
        Assert.Equal($"pipe: error: {cause}\npipe: hint: usage: pipe NAME [ARGUMENT ...], where NAME is one of: {string.Join(", ", Applet.All.Select(applet => applet.Name))}\n", run.Error);
    }

    [Fact]
    public void A_bad_command_line_is_status_2_with_a_sentence_and_a_hint()
    {
        var run = Run("dmscp -r -s h -f f -porgress");
        Assert.Equal((2, ""), (run.Status, run.Text));
        Assert.Equal("dmscp: error: -porgress: no such option\ndmscp: hint: did you mean -progress?\n", run.Error);
    }

    [Fact]
    public void Names_that_are_not_utf8_come_through()
    {
        var line = "dmscp -r -s h -f 'a\uDCFF'\\''\nb'\n";
        Assert.Equal(line, Run($"dmscp -print-plan {line[6..]}").Text);
    }

    [Fact]
    public void An_answer_that_cannot_be_written_is_a_failure()
    {
        var run = Run("dmscp -h >/dev/full");
        Assert.Equal(1, run.Status);
        Assert.StartsWith("dmscp: error: standard output: no space left on device", run.Error);
    }

    [Theory]
    [InlineData("-events 1")]
    [InlineData("-events 9")]
    [InlineData("-events 3 3</dev/null")]
    [InlineData("-w -events 0 0<>/dev/null")]
    public void Events_need_a_descriptor_that_is_free_for_them(string words)
    {
        var run = Run($"dmscp -r -e local -f /nowhere {words}");
        Assert.Equal(2, run.Status);
        Assert.Matches(@"^dmscp: error: events: \d: ", run.Error);
    }

    [Theory]
    [InlineData("-events 3 3>&1 >/dev/null")]
    [InlineData("-events ./3; cat 3")]
    public void A_run_that_fails_ends_its_events_with_the_verdict(string words)
    {
        var run = Run($"cd {ShellWords.Quote(_scratch.Directory)}; dmscp -r -e /nowhere/shell -f f {words}");
        var last = run.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Contains("\"event\":\"verdict\",\"ok\":false", last);
        Assert.Equal(1, run.Text.Split("\"verdict\"").Length - 1);
    }

    [Fact]
    public void What_is_not_the_shipped_file_is_not_brought_to_another_host()
    {
        var run = Run("dmscp -w -e 'sh -c' -bootstrap -l null: -f null:");
        Assert.Equal(2, run.Status);
        Assert.Contains("is not the shipped single file", run.Error);
    }

    private Shell Run(string command) => Shell.Run($"PATH={ShellWords.Quote(_scratch.Directory)}:$PATH\n{command}\n");
}

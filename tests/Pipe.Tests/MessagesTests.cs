using System.Text;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Tests;

public sealed class MessagesTests : IDisposable
{
    private readonly MemoryStream _error = new();

    private string Shown => Encoding.UTF8.GetString(_error.ToArray());

    public void Dispose() => _error.Dispose();

    [Fact]
    public void A_failure_is_an_error_line_and_perhaps_a_hint()
    {
        var messages = new Messages("dmscp", _error.Write);
        Assert.Equal(ExitCode.NoSpace, messages.Report(new Failure(ExitCode.NoSpace, "/x: no space left on device", "make some").At("h")));
        Assert.Equal(ExitCode.Usage, messages.Report(new Failure(ExitCode.Usage, "no")));
        Assert.Equal("dmscp: error: h: /x: no space left on device\ndmscp: hint: make some\ndmscp: error: no\n", Shown);
    }

    [Fact]
    public void Anything_else_is_a_bug_and_shows_where_only_to_those_who_ask()
    {
        var messages = new Messages("dmscp", _error.Write);
        Assert.Equal(ExitCode.Bug, messages.Report(Thrown()));
        Assert.StartsWith("dmscp: error: internal error: InvalidOperationException: odd\n", Shown);
        Assert.DoesNotContain("   at ", Shown);
        messages.Verbosity = 1;
        messages.Report(Thrown());
        Assert.Contains("dmscp:    at ", Shown);
    }

    [Theory]
    [InlineData(Errno.TooManyOpen)]
    [InlineData(Errno.NoMemory)]
    public void A_system_that_has_nothing_more_to_give_is_no_bug(int errno)
    {
        var limit = errno == Errno.TooManyOpen ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" (ulimit -n is {ResourceLimits.OpenFiles})") : "";
        Assert.Equal(ExitCode.Objects, new Messages("dmscp", _error.Write).Report(new LinuxException("open", "/x", errno)));
        Assert.StartsWith($"dmscp: error: /x: {LinuxException.Describe(errno)}{limit}\ndmscp: hint: ", Shown);
    }

    [Fact]
    public void What_a_peer_says_cannot_draw_on_the_terminal()
    {
        new Messages("dmscp", _error.Write).Report(new Failure(ExitCode.Objects, "a\u001b[2J\nb\u009b\udcff", "c\r"));
        Assert.Equal("dmscp: error: a\\x1b[2J\\x0ab\\x9b\\xff\ndmscp: hint: c\\x0d\n", Shown);
    }

    [Theory]
    [InlineData(-1, "dmscp: error: e\n")]
    [InlineData(0, "dmscp: warning: w\ndmscp: error: e\n")]
    [InlineData(1, "dmscp: warning: w\ndmscp: one\ndmscp: error: e\n")]
    [InlineData(2, "dmscp: warning: w\ndmscp: one\ndmscp: two\ndmscp: error: e\n")]
    public void Verbosity_decides_about_all_but_errors(int verbosity, string shown)
    {
        var messages = new Messages("dmscp", _error.Write) { Verbosity = verbosity };
        messages.Warning("w");
        messages.Note(1, "one");
        messages.Note(2, "two");
        messages.Report(new Failure(ExitCode.Objects, "e"));
        Assert.Equal(shown, Shown);
    }

    [Fact]
    public void A_message_takes_the_place_of_the_meter()
    {
        var messages = new Messages("dmscp", _error.Write);
        messages.Draw([], ["50%"], 80);
        messages.Warning("w");
        messages.EndDrawing();
        messages.Draw([], ["60%"], 80);
        messages.EndDrawing();
        Assert.Equal("\r50%\e[K\e[J\r\e[Jdmscp: warning: w\n\r60%\e[K\e[J\n", Shown);
    }

    [Fact]
    public void A_meter_of_two_lines_is_drawn_over_itself_below_what_stays()
    {
        var messages = new Messages("dmscp", _error.Write);
        messages.Draw([], ["a", "all"], 80);
        messages.Draw(["a done", "b done"], ["c", "all"], 80);
        messages.ItemError("t");
        messages.Draw(["c done"], [], 80);
        messages.EndDrawing();
        Assert.Equal(
            "\ra\e[K\nall\e[K\e[J" + "\r\e[1Aa done\e[K\nb done\e[K\nc\e[K\nall\e[K\e[J" + "\r\e[1A\e[Jdmscp: error: t\n" + "\rc done\e[K\n\e[J",
            Shown);
    }

    [Fact]
    public void In_a_terminal_that_has_become_narrower_the_meter_begins_anew()
    {
        var messages = new Messages("dmscp", _error.Write);
        messages.Draw([], ["a", "all"], 80);
        messages.Draw([], ["a", "all"], 40);
        messages.Draw([], ["a", "all"], 60);
        Assert.Equal("\ra\e[K\nall\e[K\e[J" + "\na\e[K\nall\e[K\e[J" + "\r\e[1Aa\e[K\nall\e[K\e[J", Shown);
    }

    [Fact]
    public void What_somebody_else_has_written_over_is_not_written_over_again()
    {
        var messages = new Messages("dmscp", _error.Write);
        messages.Draw([], ["a", "all"], 80);
        messages.ForgetDrawing();
        messages.Draw([], ["b", "all"], 80);
        Assert.Equal("\ra\e[K\nall\e[K\e[J" + "\rb\e[K\nall\e[K\e[J", Shown);
    }

    [Fact]
    public void A_meter_is_erased_once()
    {
        var messages = new Messages("dmscp", _error.Write);
        messages.Draw([], ["a", "all"], 80);
        messages.EraseDrawing();
        messages.EraseDrawing();
        messages.EndDrawing();
        Assert.Equal("\ra\e[K\nall\e[K\e[J" + "\r\e[1A\e[J", Shown);
    }

    [Fact]
    public void What_is_drawn_is_printable()
    {
        var messages = new Messages("dmscp", _error.Write);
        messages.Draw(["a\e[2J"], ["b\r"], 80);
        Assert.Equal("\ra\\x1b[2J\e[K\nb\\x0d\e[K\e[J", Shown);
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("odd");
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }
}

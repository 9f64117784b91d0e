using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Tests;

public sealed class MeterLineTests
{
    private const int Width = 79;

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(999, "999B")]
    [InlineData(1000, "1.0KiB")]
    [InlineData(1536, "1.5KiB")]
    [InlineData(99L << 20, "99.0MiB")]
    [InlineData(812L << 20, "812MiB")]
    [InlineData(1010L << 20, "1.0GiB")]
    [InlineData(long.MaxValue, "8.0EiB")]
    public void An_amount_has_three_digits_and_a_unit(long bytes, string text) => Assert.Equal(text, MeterLine.Amount(bytes));

    [Fact]
    public void A_line_shows_how_far_it_is_and_how_long_it_will_take()
    {
        var line = MeterLine.Running("disk.img", 420 << 20, 1000 << 20, Speed(100 << 20), TimeSpan.FromSeconds(4), Width);
        Assert.Equal("disk.img".PadRight(42) + "  42%   420MiB   100MiB/s   00:05 ETA", line);
        Assert.Equal(Width, line.Length);
    }

    [Theory]
    [InlineData(120, "a-long-name-of-a-file.img")]
    [InlineData(50, "a-long-nam...  42%   420MiB   100MiB/s   00:05 ETA")]
    [InlineData(46, "a-long-name-of-a-...  42%   420MiB   00:05 ETA")]
    [InlineData(36, "a-long-name-of-a...  42%   00:05 ETA")]
    [InlineData(20, "a-long-name-...  42%")]
    [InlineData(6, ".  42%")]
    [InlineData(3, "  4")]
    [InlineData(0, "")]
    public void A_narrow_terminal_gets_the_name_and_what_else_has_room(int columns, string start)
    {
        var line = MeterLine.Running("a-long-name-of-a-file.img", 420 << 20, 1000 << 20, Speed(100 << 20), TimeSpan.FromSeconds(4), columns);
        Assert.StartsWith(start, line);
        Assert.Equal(columns, line.Length);
    }

    [Theory]
    [InlineData(0, -1, "0 files")]
    [InlineData(1, -1, "1 file")]
    [InlineData(12, 345, "12 of 345 files")]
    [InlineData(12345, 100000, "12,345 of 100,000 files")]
    [InlineData(12, 11, "12 of 12 files")]
    public void Files_are_counted(long done, long all, string words) => Assert.Equal(words, MeterLine.Files(done, all));

    [Fact]
    public void What_came_at_one_go_has_no_rate() => Assert.Equal("small".PadRight(42) + " 100%   4.0KiB                       ", MeterLine.Whole("small", 4096, Width));

    [Fact]
    public void Without_a_total_it_shows_the_time_gone_by() =>
        Assert.EndsWith("        420MiB   100MiB/s   00:04    ", MeterLine.Running("x", 420 << 20, -1, Speed(100 << 20), TimeSpan.FromSeconds(4), Width));

    [Fact]
    public void The_last_line_shows_the_average() =>
        Assert.EndsWith(" 100%   3.0GiB   512MiB/s   00:06    ", MeterLine.Final("x", 3L << 30, TimeSpan.FromSeconds(6), Width));

    [Theory]
    [InlineData(0, 0, "0%")]
    [InlineData(999, 1000, "99%")]
    [InlineData(1000, 1000, "99%")]
    [InlineData(1001, 1000, "99%")]
    public void A_hundred_percent_is_for_what_is_complete(long bytes, long total, string percent)
    {
        Assert.Contains($" {percent} ", MeterLine.Running("x", bytes, total, Speed(1), TimeSpan.FromSeconds(1), Width));
        Assert.Contains(" 100% ", MeterLine.Final("x", bytes, TimeSpan.FromSeconds(1), Width));
        Assert.DoesNotContain("%", MeterLine.Final("x", bytes, TimeSpan.FromSeconds(1), Width, isPart: true), StringComparison.Ordinal);
    }

    [Fact]
    public void The_rate_is_right_as_soon_as_something_moves()
    {
        var speed = new Speed();
        speed.Sample(TimeSpan.FromSeconds(0.05), 0);
        speed.Sample(TimeSpan.FromSeconds(1.05), 1000);
        Assert.Equal(1000, speed.Rate);
        speed.Sample(TimeSpan.FromSeconds(2.05), 2000);
        Assert.Equal(1000, speed.Rate);
    }

    [Fact]
    public void Hours_are_shown_when_there_are_any() =>
        Assert.Contains(" 27:46:40", MeterLine.Final("x", 1, TimeSpan.FromSeconds(100_000), Width));

    [Fact]
    public void A_stalled_copy_says_so()
    {
        var speed = Speed(100);
        speed.Sample(TimeSpan.FromSeconds(6), 100);
        Assert.EndsWith("- stalled -", MeterLine.Running("x", 100, 1000, speed, TimeSpan.FromSeconds(6), Width));
    }

    [Fact]
    public void Without_any_speed_there_is_no_estimate() =>
        Assert.EndsWith("--:-- ETA", MeterLine.Running("x", 0, 1000, new Speed(), TimeSpan.FromSeconds(1), Width));

    [Fact]
    public void A_long_name_of_wide_characters_is_cut_by_its_columns()
    {
        var line = MeterLine.Running(string.Concat(Enumerable.Repeat("\U0001F600", 50)), 1, 2, Speed(1), TimeSpan.FromSeconds(1), Width);
        Assert.Equal(Width, Columns.Of(line));
        Assert.StartsWith(string.Concat(Enumerable.Repeat("\U0001F600", 19)) + "...   50%", line);
    }

    [Fact]
    public void A_name_cannot_draw_on_the_terminal() =>
        Assert.StartsWith(@"a\x1b[2Jb ", MeterLine.Running("a\u001b[2Jb", 1, 2, Speed(1), TimeSpan.FromSeconds(1), Width));

    [Theory]
    [InlineData("-f /a/b/disk.img", "disk.img")]
    [InlineData("-R 'tar c .'", "tar c .")]
    [InlineData("-f null: -l /x/y", "y")]
    [InlineData("-f null:", "local")]
    public void The_name_is_what_a_person_would_call_it(string words, string name) =>
        Assert.Equal(name, MeterLine.NameOf(Parser.Parse(["-r", "-e", "local", .. ShellWords.Split(words)]).Plan!));

    [Theory]
    [InlineData("1 (pipe) S 1 77 77 34816 77 0", true)]
    [InlineData("1 (pipe) S 1 77 77 34816 78 0", false)]
    [InlineData("1 (a) b) 5 (c) S 1 77 77 34816 77 0", true)]
    [InlineData("1 (pipe) S 1 77 77 0 -1 0", false)]
    public void Only_the_foreground_draws(string stat, bool foreground) => Assert.Equal(foreground, Terminal.IsForeground(stat));

    private static Speed Speed(long rate)
    {
        var speed = new Speed();
        speed.Sample(TimeSpan.FromSeconds(1), rate);
        return speed;
    }
}

using System.Globalization;
using System.Text;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Tests;

/// <summary>The text on the screen, without escape sequences.</summary>
public sealed class MeterTests : IDisposable
{
    private static readonly Outcome Good = new(1 << 20, TimeSpan.FromSeconds(2), "direct", 4);

    private readonly MemoryStream _error = new();
    private readonly Tally _tally = new();
    private (int Rows, int Columns) _size = (24, 60);

    public void Dispose() => _error.Dispose();

    [Fact]
    public void Of_one_file_there_is_one_line_and_it_stays()
    {
        var meter = Meter("-l big");
        meter.Move(At(1));
        _tally.Found(1, 8 << 20);
        _tally.Tree.Take(Piece("big", 8, 0));
        meter.Draw(At(2));
        Assert.Equal(["big".PadRight(20) + "  12%   1.0MiB   1.0MiB/s   00:07 ETA"], Lines());
        for (var i = 1; i < 8; i++)
        {
            _tally.Tree.Take(Piece("big", 8, i));
        }

        meter.End(Good, At(5));
        Assert.Equal(["big".PadRight(20) + " 100%   8.0MiB   2.0MiB/s   00:04    "], Lines());
    }

    [Fact]
    public void Of_several_the_one_at_hand_is_shown_above_the_whole_job()
    {
        var meter = Meter("-recurse -l dir");
        meter.Move(At(0));
        _tally.Tree.Take(Whole("dir/sub/small", 4096));
        _tally.Tree.Take(Piece("dir/large", 4, 0));
        meter.Draw(At(1));
        Assert.Equal(["small 100% 4.0KiB", "large 25% 1.0MiB", "1 file 1.0MiB 1.0MiB/s 00:01"], Words(Lines()).Select(WithoutCurrentSpeed));
        _tally.Found(3, (4 << 20) + 4096 + 5);
        meter.Draw(At(2));
        Assert.Equal("1 of 3 files 25% 1.0MiB 514KiB/s 00:05 ETA", Words(Lines())[1]);
    }

    [Fact]
    public void A_handful_of_files_leave_their_lines()
    {
        var meter = Meter("-l a -l b -l c");
        foreach (var name in "abc")
        {
            _tally.Tree.Take(Whole($"{name}", 1000));
        }

        meter.End(Good, At(1));
        Assert.Equal(["a 100% 1.0KiB", "b 100% 1.0KiB", "c 100% 1.0KiB", "3 files 100% 2.9KiB 1.5KiB/s 00:02"], Words(Lines()));
    }

    [Fact]
    public void Files_that_go_faster_than_anybody_reads_are_only_counted()
    {
        var meter = Meter("-recurse -l dir");
        meter.Move(At(0));
        for (var i = 0; i < 100_000; i++)
        {
            _tally.Tree.Take(Whole(string.Create(CultureInfo.InvariantCulture, $"dir/file{i}"), 1));
        }

        meter.Draw(At(1));
        Assert.Equal(["file99999 100% 1B", "100,000 files 97.7KiB 97.7KiB/s 00:01"], Words(Lines()));
        _tally.Tree.Take(Whole("dir/last", 1));
        meter.End(Good, At(2));
        Assert.Equal(["last 100% 1B", "100,001 files 100% 97.7KiB 48.8KiB/s 00:02"], Words(Lines()));
    }

    [Fact]
    public void A_terminal_that_can_only_begin_a_line_again_gets_one()
    {
        var meter = Meter("-recurse -l dir", isPlain: true);
        meter.Move(At(0));
        _tally.Tree.Take(Whole("dir/a", 1024));
        _tally.Found(2, 2048);
        meter.Draw(At(1));
        Assert.Equal(["a 100% 1.0KiB", "1 of 2 files, a 50% 1.0KiB 1.0KiB/s 00:01 ETA"], Words(Lines()));
    }

    [Fact]
    public void It_follows_the_width_of_the_terminal_and_leaves_room_for_an_echo()
    {
        var meter = Meter("-recurse -l dir");
        meter.Move(At(0));
        _tally.Tree.Take(Piece("dir/\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e", 4, 0));
        foreach (var columns in new[] { 100, 60, 41, 30, 17, 9, 5 })
        {
            _size = (24, columns);
            meter.Draw(At(1));
            Assert.Equal([columns - 3, columns - 3], Lines().Select(Columns.Of));
        }
    }

    [Fact]
    public void A_comparison_leaves_nothing()
    {
        var meter = Meter("-recurse -verify -l dir");
        _tally.Tree.Take(Whole("dir/a", 1024));
        meter.Draw(At(1));
        _ = Lines();
        meter.End(Good, At(2));
        Assert.Equal("", string.Concat(Lines()));
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);

    private static TreeEntry Whole(string path, int size) =>
        new() { Kind = EntryKind.File, Path = RawText.Encode(path), Size = size, Span = size };

    private static TreeEntry Piece(string path, int pieces, int which) =>
        new() { Kind = EntryKind.File, Path = RawText.Encode(path), Size = (long)pieces << 20, Offset = (long)which << 20, Span = 1 << 20 };

    private static List<string> Words(IEnumerable<string> lines) => [.. lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

    /// <summary>It depends on a clock that is not ours.</summary>
    private static string WithoutCurrentSpeed(string line) => line.StartsWith("large", StringComparison.Ordinal) ? line[..line.IndexOf("MiB", StringComparison.Ordinal)] + "MiB" : line;

    private Meter Meter(string words, bool isPlain = false)
    {
        var meter = new Meter(new Messages("yscp", _error.Write), () => _size, isPlain);
        meter.Begin(Parser.Parse(["-w", "-e", "local", "-tree", "-f", "target", .. ShellWords.Split(words)]).Plan!, _tally);
        return meter;
    }

    /// <summary>Those drawn since this was asked last.</summary>
    private List<string> Lines()
    {
        var drawn = Encoding.UTF8.GetString(_error.ToArray());
        _error.SetLength(0);
        return [.. drawn.Split('\n', '\r').Select(line => System.Text.RegularExpressions.Regex.Replace(line, "\\e\\[[0-9]*[AJK]", "")).Where(line => line.Length > 0)];
    }
}

using System.Text.RegularExpressions;
using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Dccli;

/// <summary>The table of the copies on a terminal of a few lines.</summary>
public sealed partial class TableTests : FanOutTest
{
    // Twelve copies of a stream that lasts until a file named "go" exists.
    private const string Setup = """
        mkfifo feed; mkdir t
        for i in $(seq 12); do ALL="$ALL host$i:$PWD/t/f$i"; done
        { head -c 3000000 /dev/zero; until [ -e go ]; do sleep 0.05; done; head -c 1000 /dev/zero; } > feed &

        """;

    [Case("script", "stty")]
    public async Task A_table_is_folded_to_the_screen_and_follows_its_size()
    {
        var running = Start(Setup + OnTerminal("TERM=xterm", "stty cols 60 rows 6; tty > tty; dccli --launch local - $ALL < feed"));
        await running.Until(() => Tables().Count >= 2, "two tables");
        var before = Drawn().Length;
        Checkout.Run("sh", "-c", $"stty cols 40 rows 9 < {File.ReadAllText(PathOf("tty"))}");

        // The one that is drawn at this moment may have the old size.
        await running.Until(() => Tables(before).Count >= 3, "tables of the new size");
        await File.WriteAllTextAsync(PathOf("go"), "");
        (await running.End()).Is(0);
        var (wide, narrow) = (Tables()[1], Tables(before)[2]);
        Assert.Equal(4, wide.Length);
        Assert.Equal(7, narrow.Length);
        Assert.All(wide, line => Assert.InRange(line.TrimEnd().Length, 1, 57));
        Assert.All(narrow, line => Assert.InRange(line.TrimEnd().Length, 1, 37));
        Assert.All(wide[..^1], line => Assert.Matches("^host[0-9]+ +(moving|stalled) ", line));
        Assert.Matches("^0 of 12 done, .* delivered, ", wide[^1]);
        Assert.Equal(12, TableLine().Count(Erased(Drawn())));
    }

    [Cases("script")]
    [InlineData("TERM=dumb", false)]
    [InlineData("TERM=", false)]
    [InlineData("TERM=xterm NO_COLOR=1", true)]
    [InlineData("TERM=xterm-256color", true)]
    public async Task Nothing_is_drawn_on_a_dumb_terminal_and_nothing_is_coloured_anywhere(string environment, bool isDrawn)
    {
        var running = Start(Setup + OnTerminal(environment, "stty cols 60 rows 6; dccli --launch local - $ALL < feed"));
        await running.Until(() => isDrawn ? Tables().Count >= 1 : Processes.Tagged(Tag).Count(IsServer) == 12, "the copies move");

        // A table would be drawn each second.
        await Task.Delay(TimeSpan.FromSeconds(isDrawn ? 0 : 2));
        await File.WriteAllTextAsync(PathOf("go"), "");
        (await running.End()).Is(0);
        Assert.DoesNotMatch("\e\\[[0-9;]*m", Drawn());
        Assert.Equal(isDrawn, Drawn().Contains('\e', StringComparison.Ordinal));
        Assert.Equal(12, TableLine().Count(Erased(Drawn())));
    }

    private static string OnTerminal(string environment, string command) =>
        $"export ALL PWD; {environment} script -qefc '{command}' drawn < /dev/null > /dev/null";

    private string Drawn() => File.Exists(PathOf("drawn")) ? File.ReadAllText(PathOf("drawn")) : "";

    /// <summary>The tables drawn from a place on, each as its lines; every one ends with the count of all copies.</summary>
    private List<string[]> Tables(int from = 0) =>
        [.. Drawn()[from..].Split("\e[J").Select(Erased).Where(text => text.Contains(" delivered, ", StringComparison.Ordinal)).Select(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("dccli", StringComparison.Ordinal)).ToArray())];

    private static string Erased(string text) => Sequence().Replace(text.Replace("\r", "\n", StringComparison.Ordinal), "");

    [GeneratedRegex("\e\\[[0-9;]*[A-Za-z]")]
    private static partial Regex Sequence();

    [GeneratedRegex(@"^dccli: host[0-9]+ .* ok\s*$", RegexOptions.Multiline)]
    private static partial Regex TableLine();
}

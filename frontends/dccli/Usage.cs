using Pipe.CommandLine;

namespace Pipe.Dccli;

/// <summary>The output of dccli -h: the option table, group by group.</summary>
internal static class Usage
{
    private const string Synopsis = """
        usage: dccli [OPTION ...] SOURCE ... HOST:PATH ...

        Copies files and trees to several hosts at once, and reads them once. A SOURCE
        is a local path, - for standard input, or HOST:PATH, which that host sends. A
        destination is [USER@]HOST:[PATH]; node[01-64]:PATH is 64 of them. Letters may
        be bundled; options come first. A SIZE is in bytes, or followed by k, m, g or t
        in steps of 1024.

        """;

    private const string Status = """

        The exit status is 0 if all destinations have all of it, 1 if some have failed,
        3 if none was reached.

        """;

    public static string Text() => UsageText.Of(
        Synopsis, Options.Groups, Options.All.Select(option => (option.Group, option.Left, option.Help)), Status);
}

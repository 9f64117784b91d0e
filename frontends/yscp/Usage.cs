using Pipe.CommandLine;

namespace Pipe.Yscp;

/// <summary>The output of yscp -h: the option table, group by group.</summary>
internal static class Usage
{
    private const string Synopsis = """
        usage: yscp [OPTION ...] SOURCE ... TARGET

        Copies files and trees between hosts, with the command line of scp.
        A SOURCE or TARGET is a local path, [USER@]HOST:[PATH] or
        scp://[USER@]HOST[:PORT][/PATH]. Letters may be bundled; options come first.
        A SIZE is a number of bytes, or a number with k, m, g or t in steps of 1024.

        """;

    private const string Status = """

        The exit status is that of scp: 0 if everything was copied, 255 if a host could
        not be reached, 1 if anything else failed.

        """;

    public static string Text() => UsageText.Of(
        Synopsis, Options.Groups, Options.All.Select(option => (option.Group, option.Left, option.Help)), Status);
}

using Pipe.CommandLine;

namespace Pipe.Yarchive;

/// <summary>The output of yarchive -h: the option table, group by group.</summary>
internal static class Usage
{
    private const string Synopsis = """
        usage: yarchive put [OPTION ...] [HOST:]DIR/NAME [-- COMMAND ...]
               yarchive get [OPTION ...] [HOST:]DIR/NAME
               yarchive verify|info|rm [OPTION ...] [HOST:]DIR/NAME
               yarchive ls [OPTION ...] [HOST:]DIR[/NAME]

        Stores a stream or a tree as numbered fragments with a manifest, and restores
        it. put reads standard input, or runs COMMAND and commits nothing if that
        fails; get writes standard output. Without HOST the archive is on this host.

        """;

    private const string Status = """

        The exit status is 0 only if the whole operation succeeded; 4 means that data
        are damaged, 9 that the wait for space or tape timed out. yarchive(1) lists
        the others.

        """;

    public static string Text() => UsageText.Of(
        Synopsis, Options.Groups, Options.All.Select(option => (option.Group, option.Left, option.Help)), Status);
}

using Pipe.CommandLine;

namespace Pipe.Ytar;

/// <summary>The output of ytar -h: the option table, group by group.</summary>
internal static class Usage
{
    private const string Synopsis = """
        usage: ytar [OPTION ...] DIR [USER@]HOST:TARGET
               ytar [OPTION ...] [USER@]HOST:DIR TARGET

        Copies a tree as a tar stream. TARGET becomes a copy of DIR: the tree is
        unpacked beside TARGET and renamed into place when it is complete. A TARGET
        that ends in a slash is the parent directory. Long options take one dash or two.

        """;

    private const string Status = """

        The exit status is 0 only if the whole tree arrived and is in place, and 1 if
        it is in place but some files changed while they were read. ytar(1) lists the
        others.

        """;

    public static string Text() => UsageText.Of(
        Synopsis, Options.Groups, Options.All.Select(option => (option.Group, option.Left, option.Help)), Status);
}

using Pipe.CommandLine;

namespace Pipe.Ytar;

/// <summary>What ytar -h prints: the option table, group by group.</summary>
internal static class Usage
{
    private const string Synopsis = """
        usage: ytar [OPTION ...] DIR [USER@]HOST:TARGET
               ytar [OPTION ...] [USER@]HOST:DIR TARGET

        Copies a tree as a tar stream. TARGET becomes what DIR is: it is unpacked
        beside it and takes its name when all of it is right. A TARGET that ends in a
        slash is the directory to put it in. Words take one dash or two.

        """;

    private const string Status = """

        The exit status is 0 only if all of the tree arrived and is in its place, and 1
        if it is but some files changed while they were read. ytar(1) lists the others.

        """;

    public static string Text() => UsageText.Of(
        Synopsis, Options.Groups, Options.All.Select(option => (option.Group, option.Left, option.Help)), Status);
}

using Pipe.CommandLine;

namespace Pipe.Dolly;

/// <summary>The output of dolly -h: the option table, group by group.</summary>
internal static class Usage
{
    private const string Synopsis = """
        usage: dolly [OPTION ...] -I FILE [-O FILE] -H HOSTS
               dolly [OPTION ...] -s -f CONFIG
               dolly --classic --allow-from ADDRESS --outfile FILE

        Copies a file, a device or a stream to many machines along a chain: each node
        stores the data and passes them on. dolly starts every node over ssh. HOSTS is
        node[1-64], or a list with commas; %h in the target is the name of the node.
        Options come in any order. A SIZE is in bytes, or followed by k, m, g or t in
        steps of 1024.

        """;

    private const string Status = """

        The exit status is 0 if all nodes have everything, 2 if some failed, and 1 if
        none has it or the command line is wrong.

        """;

    /// <summary>Printed if dolly is called without options.</summary>
    public static string[] Start { get; } =
    [
        "dolly -I FILE -O FILE -H node[1-64] copies a file or device to 64 machines; it starts each of them over ssh",
        "dolly -s -f CONFIG follows a configuration file of dolly",
        "dolly --classic --allow-from ADDRESS --outfile FILE waits for a server of dolly 0.5x, as dolly without options did",
        "dolly -h lists the options",
    ];

    public static string Text() => UsageText.Of(
        Synopsis, Options.Groups, Options.All.Select(option => (option.Group, option.Left, option.Help)), Status);
}

using Pipe.CommandLine;

namespace Pipe.Dmscp;

/// <summary>What dmscp -h prints: the option table, group by group.</summary>
internal static class Usage
{
    private const string Synopsis = """
        usage: dmscp -r|-w -s HOST [-d DIR] -f FILE|-R COMMAND [-l FILE|-L COMMAND]
                     [OPTION ...]
               dmscp -r|-w -tree -s HOST [-d DIR] -f FILE ... -l FILE ... [OPTION ...]
               dmscp -server

        Copies data between a remote file or command and a local file, command or
        pipe, and copies trees of files.
        Options come in any order; the last occurrence wins.
        A SIZE is a number of bytes, or a number with k, m, g or t in steps of 1024.

        """;

    private const string Status = """

        The exit status is 0 only if all bytes arrived, were checked and are in place.
        dmscp(1) lists the others.

        """;

    public static string Text() => UsageText.Of(
        Synopsis, Options.Groups, Options.All.Select(option => (option.Group, option.Left, option.Help)), Status);
}

using System.Text;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>One run of a command on some files, with its output and outcome.</summary>
/// <param name="Outcome">The meaning of its exit.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="HasEnded">Whether it exited by itself.</param>
internal sealed record VerbRun(VerbOutcome Outcome, string Output, bool HasEnded)
{
    private const int LongestCause = 300;

    public static VerbRun Of(VerbCall call, IReadOnlyList<string> paths, TimeSpan limit, Cancellation cancellation)
    {
        if (call.Feed is Feed.Lines or Feed.ListFile && paths.Any(path => path.Contains('\n', StringComparison.Ordinal)))
        {
            return new VerbRun(new VerbOutcome(Verdict.Refuse, $"{NameOf(call)}: takes no names with line ends"), "", HasEnded: true);
        }

        try
        {
            return call.Feed == Feed.ListFile ? WithList(call, paths, limit, cancellation) : Run(call, paths, "", limit, cancellation);
        }
        catch (IOException e)
        {
            // No space for the list, no process or no memory: all of these may pass.
            return new VerbRun(new VerbOutcome(Verdict.Retry, e.Message), "", HasEnded: false);
        }
    }

    private static VerbRun WithList(VerbCall call, IReadOnlyList<string> paths, TimeSpan limit, Cancellation cancellation)
    {
        var list = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(list, Lines(call, paths));
            return Run(call, paths, list, limit, cancellation);
        }
        finally
        {
            File.Delete(list);
        }
    }

    private static VerbRun Run(VerbCall call, IReadOnlyList<string> paths, string list, TimeSpan limit, Cancellation cancellation)
    {
        var end = GroupRun.Run([.. Arguments(call, paths, list)], Input(call, paths), limit, cancellation.Raised);
        var output = RawText.Decode(end.Output);
        if (end.Exit is not { } exit)
        {
            var cause = cancellation.IsRaised ? "was cancelled" : $"hung, and was killed after {end.Elapsed.TotalSeconds:0.#} s";
            return new VerbRun(new VerbOutcome(Verdict.Retry, $"{NameOf(call)} {cause}"), output, HasEnded: false);
        }

        var verdict = exit.Signal != 0 ? Verdict.Retry : call.Exits.Of(exit.Status);
        return new VerbRun(new VerbOutcome(verdict, exit.IsSuccess ? "" : Cause(call, exit, end, output)), output, HasEnded: true);
    }

    /// <summary>The last error message of the command.</summary>
    private static string Cause(VerbCall call, ExitStatus exit, GroupRunEnd end, string output)
    {
        var said = LastLine(RawText.Decode(end.Errors));
        said = said.Length > 0 ? said : LastLine(output);
        return said.Length > 0 ? $"{NameOf(call)} {exit}: {said}" : $"{NameOf(call)} {exit}";
    }

    private static string LastLine(string text)
    {
        var line = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        return RawText.Printable(line.Length <= LongestCause ? line : line[..LongestCause] + " ...");
    }

    /// <summary>Runs the command in the C locale, because its output is parsed.</summary>
    private static IEnumerable<string> Arguments(VerbCall call, IReadOnlyList<string> paths, string list) =>
        ["env", "LC_ALL=C", .. call.Words.SelectMany(word => call.Feed == Feed.ListFile ? [word.Replace(VerbCall.Files, list, StringComparison.Ordinal)]
            : word == VerbCall.Files ? paths
            : [word])];

    private static byte[] Input(VerbCall call, IReadOnlyList<string> paths) => call.Feed switch
    {
        Feed.Lines => Lines(call, paths),
        Feed.Nuls => [.. paths.SelectMany(path => RawText.Encode(call.Line(path)).Append((byte)0))],
        _ => [],
    };

    private static byte[] Lines(VerbCall call, IReadOnlyList<string> paths) =>
        [.. paths.SelectMany(path => RawText.Encode(call.Line(path)).Append((byte)'\n'))];

    /// <summary>The program without its directory, and its subcommand if it has one.</summary>
    private static string NameOf(VerbCall call)
    {
        if (call.Title.Length > 0)
        {
            return call.Title;
        }

        var name = new StringBuilder(Paths.NameOf(call.Words[0]));
        foreach (var word in call.Words.Skip(1).TakeWhile(word => word.Length > 0 && char.IsAsciiLetter(word[0]) && !word.Contains('/', StringComparison.Ordinal)))
        {
            name.Append(' ').Append(word);
        }

        return name.ToString();
    }
}

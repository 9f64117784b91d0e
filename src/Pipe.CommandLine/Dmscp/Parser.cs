using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dmscp;

/// <summary>Parses a dmscp command line: single-dash words in any order, the last occurrence wins.</summary>
internal static class Parser
{
    /// <summary>Throws <see cref="Failure"/> for an invalid command line; -h and -version end the parsing.</summary>
    public static Invocation Parse(params string[] words)
    {
        var draft = new Draft();
        for (var i = 0; i < words.Length && !draft.IsAnswered;)
        {
            var word = words[i++];
            if (!word.StartsWith('-'))
            {
                throw Usage($"{(word.Length > 0 ? word : "''")}: not an option", "files are named with -f and -l, commands with -R and -L");
            }

            Options.Table.Take(draft, word, words, ref i);
        }

        if (draft.Server && words.Length > 1 && !draft.IsAnswered)
        {
            throw Usage($"{(draft.Kind == CommandKind.Wait ? "-spare" : "-server")} excludes all other options", "the server reads its instructions from standard input");
        }

        var kind = draft.IsEndOnly ? draft.EndKind : draft.Kind;
        var plan = kind == CommandKind.EndLogin ? draft.ToEnd() : kind is CommandKind.Copy or CommandKind.PrintPlan ? draft.ToPlan() : null;
        return new Invocation(kind, plan, draft.Progress, draft.Events, draft.Verbosity) { IsJson = draft.IsJson, Warnings = draft.Warnings };
    }

    private static Failure Usage(string cause, string hint) => new(ExitCode.Usage, cause, hint);
}

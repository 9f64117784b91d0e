using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Ytar;

/// <summary>Parses a ytar command line: options and two names in any order; the last occurrence of an option wins.</summary>
internal static class Parser
{
    /// <summary>Throws <see cref="Failure"/> for an invalid line; stops at -h and -version.</summary>
    public static Invocation Parse(params string[] words)
    {
        var draft = new Draft();
        for (var i = 0; i < words.Length && !draft.IsAnswered;)
        {
            Options.Table.TakeAny(draft, draft.Names, words, ref i);
        }

        if (!draft.IsAnswered && draft.IsEndOnly(draft.Names))
        {
            return new Invocation(draft.EndKind, draft.ToEnd(Location.Parse(draft.Names[0])), draft.Progress, draft.Events, draft.Verbosity);
        }

        var plan = draft.Kind is CommandKind.Copy or CommandKind.PrintPlan ? draft.ToPlan() : null;
        return new Invocation(draft.Kind, plan, draft.Progress, draft.Events, draft.Verbosity) { IsJson = draft.IsJson, Warnings = draft.Warnings };
    }
}

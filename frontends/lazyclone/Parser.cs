using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>Parses a lazyclone command line: an optional verb, then options and operands in any order. The last occurrence of an option wins.</summary>
internal static class Parser
{
    private static readonly string[] Verbs = ["status", "message", "wait", "finish", "warm", "repair"];

    /// <summary>Throws <see cref="Failure"/> for an invalid line; stops at -h and -version.</summary>
    public static Draft Parse(params string[] words)
    {
        var draft = new Draft();
        var verb = words.Length > 0 ? Array.IndexOf(Verbs, words[0]) : -1;
        draft.Verb = (Verb)(verb + 1);
        for (var i = verb < 0 ? 0 : 1; i < words.Length && !draft.IsAnswered;)
        {
            Options.Table.TakeAny(draft, draft.Names, words, ref i);
        }

        if (!draft.IsAnswered && draft.Verb != Verb.Serve)
        {
            CheckOperands(draft);
        }

        return draft;
    }

    private static void CheckOperands(Draft draft)
    {
        var verb = Verbs[(int)draft.Verb - 1];
        var operand = draft.Verb == Verb.Repair ? "METADATA" : "SOCKET";
        if (draft.Names.Count == 0)
        {
            throw new Failure(ExitCode.Usage, $"{verb}: {operand} is missing", $"lazyclone {verb} {operand}");
        }

        if (draft.Verb == Verb.Message ? draft.Names.Count < 2 : draft.Names.Count > 1)
        {
            throw new Failure(ExitCode.Usage, draft.Verb == Verb.Message ? "message: the message is missing" : $"{verb}: {draft.Names[1]}: one word too many");
        }
    }
}

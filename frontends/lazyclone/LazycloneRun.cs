using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>The program lazyclone.</summary>
internal static class LazycloneRun
{
    public static ExitCode Run(string[] words, Messages messages)
    {
        var draft = Parser.Parse(words);
        messages.Verbosity = draft.Verbosity;
        if (CopyRun.TryAnswer(draft.Kind, Usage.Text, () => [draft.ToPlan()], "", messages))
        {
            return ExitCode.Done;
        }

        if (draft.Verb == Verb.Serve && draft.IsEndOnly(draft.Names))
        {
            Copy.EndLogin(draft.ToEnd(Location.Parse(draft.Names[0])));
            return ExitCode.Done;
        }

        switch (draft.Verb)
        {
            case Verb.Serve:
                var invocation = draft.ToInvocation();
                messages.Warn(draft.Warnings);
                return ServeRun.Run(invocation, messages);
            case Verb.Repair:
                Repair.Run(draft.Names[0], messages);
                return ExitCode.Done;
            case Verb.Warm:
                Warm(draft);
                return ExitCode.Done;
            default:
                ControlClient.Ask(draft.Names[0], Question(draft));
                return ExitCode.Done;
        }
    }

    private static void Warm(Draft draft)
    {
        const int atOnce = 1000;
        List<string> ranges = draft.RangeFile.Length > 0 ? RangeList.Read(draft.RangeFile) : [];
        if (draft.Range.Length > 0 || draft.RangeFile.Length == 0)
        {
            ranges.Add(draft.Range.Length > 0 ? draft.Range : "0-");
        }

        foreach (var some in ranges.Chunk(atOnce))
        {
            ControlClient.Ask(draft.Names[0], ["warm", .. some]);
        }
    }

    private static IEnumerable<string> Question(Draft draft) => draft.Verb switch
    {
        Verb.Status => draft.IsJson ? ["status", "json"] : ["status"],
        Verb.Message => ["message", .. MessageOf(draft)],
        Verb.Wait => ["wait", draft.Event],
        _ => ["finish"],
    };

    /// <summary>Returns the words of a message, without the sector that dmsetup puts before it.</summary>
    private static IEnumerable<string> MessageOf(Draft draft) => draft.Names.Count > 2 && draft.Names[1] == "0" ? draft.Names[2..] : draft.Names[1..];
}

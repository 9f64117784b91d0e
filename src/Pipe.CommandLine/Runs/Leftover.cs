using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Trees;

namespace Pipe.CommandLine;

/// <summary>Explains which partial file a copy that ended early has left at the target, and how to continue it.</summary>
internal static class Leftover
{
    /// <summary>The failure, with a hint about the partial copy of a large file, if there is one.</summary>
    public static Failure Explain(Failure failure, Plan plan, Tally tally)
    {
        if (plan.There.Kind != ResourceKind.Tree || plan.TreeAction != TreeAction.Copy || failure.Code == ExitCode.Usage
            || tally.Tree.Current is not { } file || file.Size < TargetFile.WorthKeeping || file.Done == 0 || file.Done >= file.Size)
        {
            return failure;
        }

        var name = RawText.Printable(MeterLine.Leaf(file.Path));
        var hint = $"{ByteSize.Round(file.Done)} of {name} are kept beside the target as {PartFile.Of("NAME")}: the same command with {OptionWord.Resume} continues there";
        return new Failure(failure.Code, failure.Message, failure.Hint.Length > 0 ? $"{failure.Hint}; {hint}" : hint);
    }
}

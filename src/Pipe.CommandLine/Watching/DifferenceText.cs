using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Describes a difference between two trees: for -verify as found, for a dry run as the action of a copy.</summary>
internal readonly record struct DifferenceText(Plan Plan)
{
    private bool IsDryRun => Plan.TreeAction == TreeAction.DryRun;

    /// <summary>The description; null for a difference that a copy would not change.</summary>
    public string? WordsFor(Difference difference, Aspects aspects) => IsDryRun
        ? difference switch
        {
            Difference.Missing => "would copy",
            Difference.Extra => Plan.There.Flags.HasFlag(TreeFlags.Delete) ? "would remove" : null,
            _ => aspects.HasFlag(Aspects.Kind) ? "could not replace" : aspects == Aspects.None ? "would replace" : $"would set {Names(aspects)} of",
        }
        : difference switch
        {
            Difference.Missing => "is missing at the target",
            Difference.Extra => "is only at the target",
            _ => aspects.HasFlag(Aspects.Kind) || aspects == Aspects.None ? "differs at the target" : $"differs in {Names(aspects)}",
        };

    public string Line(string words, string path) => IsDryRun ? $"{words} {path}" : $"{path}: {words}";

    private static string Names(Aspects aspects)
    {
        (Aspects Aspect, string Name)[] all = [(Aspects.Mode, "mode"), (Aspects.Time, "time"), (Aspects.Owner, "owner"), (Aspects.Attributes, "attributes"), (Aspects.Links, "links")];
        var names = all.Where(one => aspects.HasFlag(one.Aspect)).Select(one => one.Name).ToArray();
        return names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
    }
}

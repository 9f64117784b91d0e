using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>The optional arguments of dm-clone. Names are case-insensitive.</summary>
internal readonly record struct FeatureWords(bool NoHydration, bool NoDiscardPassdown, long? Threshold, long? Batch)
{
    private const string Hint = "there are no_hydration, no_discard_passdown, hydration_threshold N and hydration_batch_size N";

    /// <summary>Parses the arguments, without the counts of a table line.</summary>
    /// <exception cref="Failure">A word is not a valid argument.</exception>
    public static FeatureWords Parse(IReadOnlyList<string> words)
    {
        var found = default(FeatureWords);
        for (var i = 0; i < words.Count; i++)
        {
            switch (words[i].ToLowerInvariant())
            {
                case "no_hydration":
                    found = found with { NoHydration = true };
                    break;
                case "no_discard_passdown":
                    found = found with { NoDiscardPassdown = true };
                    break;
                case "hydration_threshold":
                    found = found with { Threshold = Number(words, ref i) };
                    break;
                case "hydration_batch_size":
                    found = found with { Batch = Number(words, ref i) };
                    break;
                default:
                    throw new Failure(ExitCode.Usage, $"{words[i]}: no such feature", Hint);
            }
        }

        return found;
    }

    private static long Number(IReadOnlyList<string> words, ref int i)
    {
        var name = words[i++];
        return i < words.Count && uint.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new Failure(ExitCode.Usage, $"{name}: {(i < words.Count ? $"{words[i]}: not a number" : "the number is missing")}");
    }
}

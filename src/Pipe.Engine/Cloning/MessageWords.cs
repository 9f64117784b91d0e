using System.Globalization;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The messages of dm-clone. Names are case-insensitive; numbers are decimal.</summary>
internal static class MessageWords
{
    /// <summary>Applies a message to the terms.</summary>
    /// <exception cref="Failure">The message is unknown.</exception>
    public static void Apply(IReadOnlyList<string> words, CloneTerms terms)
    {
        switch (words.Count > 0 ? words[0].ToLowerInvariant() : "", words.Count)
        {
            case ("enable_hydration", 1):
                (terms.IsHydrationEnabled, terms.StoppedBy) = (true, StopCause.None);
                break;
            case ("disable_hydration", 1):
                (terms.IsHydrationEnabled, terms.StoppedBy) = (false, StopCause.None);
                break;
            case ("hydration_threshold", 2):
                (terms.Threshold, terms.IsThresholdSet) = (Number(words), true);
                break;
            case ("hydration_batch_size", 2):
                (terms.Batch, terms.IsBatchSet) = (Number(words), true);
                break;
            case ("rate", 2):
                terms.Rate = Number(words);
                break;
            default:
                throw new Failure(ExitCode.Usage, $"{string.Join(' ', words)}: no such message", "there are enable_hydration, disable_hydration, hydration_threshold N, hydration_batch_size N and rate N");
        }
    }

    private static long Number(IReadOnlyList<string> words) =>
        uint.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new Failure(ExitCode.Usage, $"{words[0]}: {words[1]}: not a number");
}

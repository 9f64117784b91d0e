using System.Text.RegularExpressions;

namespace Pipe.Engine;

/// <summary>
/// Hints of the engine name options as dmscp has them. A front end calls some of them otherwise, and has no others: it says what to put
/// in place of which words, the longer ones first.
/// </summary>
internal sealed class Dialect(params (string Theirs, string Ours)[] words)
{
    /// <summary>dmscp's own.</summary>
    public static Dialect None { get; } = new();

    public Failure Of(Failure failure) => failure.Hint.Length == 0 ? failure : new(failure.Code, failure.Message, Of(failure.Hint));

    // What a hint needs is made for a hint: most runs give none.
    public string Of(string hint) => words.Aggregate(hint, static (text, word) => Regex.Replace(
        text, $@"(?<!-){Regex.Escape(word.Theirs)}(?![\w-])", word.Ours.Replace("$", "$$", StringComparison.Ordinal), RegexOptions.CultureInvariant));
}

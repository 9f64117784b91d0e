using System.Globalization;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A file name for a list of words: the same words give the same name.</summary>
internal static class WordsDigest
{
    public static string Of(string[] words) =>
        Digest.Of(DigestKind.XxHash3, RawText.Encode(string.Join('\0', words)), 0).A.ToString("x16", CultureInfo.InvariantCulture);
}

namespace Pipe.Engine;

/// <summary>What several parts of one source or sink have to say, as one remark.</summary>
internal static class Remarks
{
    /// <summary>Those that are not empty.</summary>
    public static string Of(params IEnumerable<string> words) => string.Join("; ", words.Where(word => word.Length > 0));
}

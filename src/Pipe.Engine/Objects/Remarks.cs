namespace Pipe.Engine;

/// <summary>Joins the remarks of several parts of a source or sink.</summary>
internal static class Remarks
{
    /// <summary>Joins the non-empty remarks.</summary>
    public static string Of(params IEnumerable<string> words) => string.Join("; ", words.Where(word => word.Length > 0));
}

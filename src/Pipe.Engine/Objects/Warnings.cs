namespace Pipe.Engine;

/// <summary>Joins the warnings of several parts of a source or sink.</summary>
internal static class Warnings
{
    /// <summary>Joins the non-empty warnings.</summary>
    public static string Of(params IEnumerable<string> words) => string.Join("; ", words.Where(word => word.Length > 0));
}

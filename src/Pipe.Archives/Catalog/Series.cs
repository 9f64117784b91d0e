using System.Text.RegularExpressions;
using Pipe.Engine;

namespace Pipe.Archives;

/// <summary>
/// Archives of a directory that are the same thing at different times: their names are equal up to a separator and a date, a date with a time,
/// or a number at the end. <c>home-2026-11-21</c> and <c>home-20261122T0300Z</c> are of the series <c>home</c>, <c>pg-16.3</c> is of <c>pg-16</c>.
/// </summary>
internal static partial class Series
{
    /// <summary>What comes before the date or number; null if there is none.</summary>
    public static string? Of(string name) => Moment().Match(name) is { Success: true, Index: > 0 } tail ? name[..tail.Index] : null;

    [GeneratedRegex(@"[-_.](?:[0-9]{4}(?:-?W[0-9]{2}|-?[0-9]{2}(?:-?[0-9]{2}(?:[-_.T]?[0-9]{2}[-:.]?[0-9]{2}(?:[-:.]?[0-9]{2})?Z?)?)?)|[0-9]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Moment();

    /// <summary>Those of the series, all complete, that are not among the newest. The time that counts is that of the closing line: it stays the
    /// same whoever looks, so that several that look at the same time agree on which are the newest.</summary>
    /// <param name="directory">Where to look.</param>
    /// <param name="series">What comes before the tail.</param>
    /// <param name="keep">How many stay.</param>
    /// <param name="named">This one stays in any case: clocks are set back, and whoever has just stored it wants to have it.</param>
    /// <returns>Null if there is none of the series.</returns>
    public static IReadOnlyList<ArchiveName>? Old(string directory, string series, int keep, string named)
    {
        ArchiveName[] all = [.. Catalog.In(directory).Where(archive => Of(archive.Name) == series)];
        return all.Length == 0 ? null :
        [
            .. all
                .Select(archive => (Archive: archive, Time: CompletedAt(archive)))
                .Where(entry => entry.Time.Length > 0)
                .OrderByDescending(entry => entry.Time, StringComparer.Ordinal)
                .Skip(keep)
                .Select(entry => entry.Archive)
                .Where(archive => archive.Name != named)
        ];
    }

    /// <summary>Empty for what is not complete, or damaged: nobody decides about that but the user.</summary>
    private static string CompletedAt(ArchiveName archive)
    {
        try
        {
            return Manifest.Visit(archive, static (in Fragment _) => { }).End?.Time ?? "";
        }
        catch (Failure)
        {
            return "";
        }
    }
}

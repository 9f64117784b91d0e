using System.Text.RegularExpressions;
using Pipe.Engine;

namespace Pipe.Archives;

/// <summary>
/// Archives of a directory that store the same thing at different times: their names are equal up to a final separator and date, date with time, or
/// number. <c>home-2026-11-21</c> and <c>home-20261122T0300Z</c> are of the series <c>home</c>, <c>pg-16.3</c> is of <c>pg-16</c>.
/// </summary>
internal static partial class Series
{
    /// <summary>The part before the date or number; null if there is none.</summary>
    public static string? Of(string name) => Moment().Match(name) is { Success: true, Index: > 0 } tail ? name[..tail.Index] : null;

    [GeneratedRegex(@"[-_.](?:[0-9]{4}(?:-?W[0-9]{2}|-?[0-9]{2}(?:-?[0-9]{2}(?:[-_.T]?[0-9]{2}[-:.]?[0-9]{2}(?:[-:.]?[0-9]{2})?Z?)?)?)|[0-9]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Moment();

    /// <summary>
    /// The complete archives of the series that are not among the newest, by the time in the closing line, which never changes, so that concurrent
    /// callers agree on the newest.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="series">The name of the series.</param>
    /// <param name="keep">Number of archives to keep.</param>
    /// <param name="named">An archive that stays in any case, because it was just stored and the clock may have been set back.</param>
    /// <returns>Null if the series has no archives.</returns>
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

    /// <summary>Empty for an incomplete or damaged archive, which only the user may remove.</summary>
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

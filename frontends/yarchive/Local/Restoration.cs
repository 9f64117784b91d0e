using System.Globalization;
using System.Text;
using Pipe.Archives;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yarchive;

/// <summary>
/// The shell line that restores the stream of an archive with only sha256sum, cat and the filters, for sh(1) in the manifest's directory. It writes the
/// stream only if it is complete and all digests are right; all messages go to standard error, and the exit status reports any failure. Whatever the
/// archive's name, the line has no control characters.
/// </summary>
internal static class Restoration
{
    /// <param name="name">The archive's name.</param>
    /// <param name="fragments">Number of fragments: sha256sum refuses an empty list.</param>
    /// <param name="filters">The filters in the manifest; the inverse of an unknown one is taken from a variable.</param>
    public static string Line(string name, int fragments, IReadOnlyList<string> filters)
    {
        var manifest = Quote(new ArchiveName("", "./" + name).Manifest);
        var needed = Enumerable.Range(1, filters.Count).Where(number => Filters.Undoing(filters[number - 1]) is null)
            .Select(number => $": \"${{UNDO{number}:?must be the command that undoes filter {number}}}\"");
        var undone = filters.Select((filter, i) => Filters.Undoing(filter) ?? $"sh -c \"$UNDO{i + 1}\"").Reverse();
        var isWhole = $"tail -n 1 {manifest} | grep -q '^# end '";
        string[] check = fragments > 0 ? [isWhole, $"sha256sum -c --quiet {manifest} >&2"] : [isWhole];
        var read = $"sed -n 's/^\\\\\\{{0,1\\}}[0-9a-f]\\{{64\\}}  //p' {manifest} | while IFS= read -r f; do cat -- \"$(printf %b \"$f\")\" || exit; done";
        return string.Join(" && ", [.. needed, .. check, string.Join(" | ", [read, .. undone])]);
    }

    /// <summary>Quotes a word for sh; control characters and invalid bytes are written as printf(1) escapes.</summary>
    private static string Quote(string word)
    {
        if (RawText.Printable(word) == word)
        {
            return ShellWords.Quote(word);
        }

        var text = new StringBuilder("\"$(printf %b '");
        foreach (var b in RawText.Encode(word))
        {
            _ = b is >= 0x20 and < 0x7F and not (byte)'\'' and not (byte)'\\'
                ? text.Append((char)b)
                : text.Append(CultureInfo.InvariantCulture, $"\\0{Convert.ToString(b, 8).PadLeft(3, '0')}");
        }

        return text.Append("')\"").ToString();
    }
}

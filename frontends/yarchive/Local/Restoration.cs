using System.Globalization;
using System.Text;
using Pipe.Archives;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yarchive;

/// <summary>
/// The shell line that restores the stream of an archive with sha256sum, cat and the filters alone, for sh(1) in the directory of the
/// manifest. A stream goes out only if there is all of it and all digests were right; all words go to standard error, and whatever fails the line says by
/// its status. It has only characters that draw nothing, whatever the archive is called.
/// </summary>
internal static class Restoration
{
    /// <param name="name">Of the archive.</param>
    /// <param name="fragments">How many it has: sha256sum does not check nothing.</param>
    /// <param name="filters">As the manifest has them; what undoes one that is not known stands in a variable.</param>
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

    /// <summary>A word for sh; what would draw on a terminal, or is no character, stands in it as printf(1) takes it.</summary>
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

namespace Pipe.Engine;

/// <summary>Guesses the intended option.</summary>
internal static class NearName
{
    /// <summary>The known name with the smallest edit distance, if that is small for its length; otherwise "".</summary>
    public static string Of(string word, IEnumerable<string> known)
    {
        word = word switch
        {
            "--help" or "-help" or "-?" => "-h",
            "--version" or "-V" => "-version",
            _ => word.StartsWith("--", StringComparison.Ordinal) ? word[1..] : word,
        };
        var (best, least) = ("", int.MaxValue);
        foreach (var name in known)
        {
            var distance = Distance(word, name);
            if (distance < least && distance <= (name.Length - 1) / 3)
            {
                (best, least) = (name, distance);
            }
        }

        return best;
    }

    /// <summary>The edit distance: insertions, deletions, replacements and swaps of adjacent letters.</summary>
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(table[i - 1, j], table[i, j - 1]) + 1,
                    table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[a.Length, b.Length];
    }
}

using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Expands host lists in cluster notation: <c>node[01-64,70]</c> means node01 to node64 and node70.</summary>
internal static class HostList
{
    /// <summary>Maximum number of names. A longer list is taken for a typing error.</summary>
    public const int Most = 100_000;

    /// <summary>Expands the lists in a name, in order; returns the name itself if it has none.</summary>
    /// <exception cref="Failure">A list is invalid.</exception>
    public static IReadOnlyList<string> Expand(string host)
    {
        List<string> names = [""];
        var rest = host;
        while (NextList(rest) is var (start, end) && start >= 0)
        {
            var members = Members(host, rest[(start + 1)..end]);
            if ((long)names.Count * members.Count > Most)
            {
                throw Invalid(host, $"stands for more than {Most} hosts");
            }

            var before = rest[..start];
            names = [.. names.SelectMany(_ => members, (name, member) => name + before + member)];
            rest = rest[(end + 1)..];
        }

        return IsPlain(rest) ? [.. names.Select(name => name + rest)] : throw Invalid(host, "brackets that hold no list of hosts");
    }

    /// <summary>Expands several names separated by commas, as Slurm lists the nodes of a job.</summary>
    public static IReadOnlyList<string> ExpandAll(string list)
    {
        var (parts, depth, start) = (new List<string>(), 0, 0);
        for (var i = 0; i <= list.Length; i++)
        {
            if (i == list.Length || (list[i] == ',' && depth == 0))
            {
                parts.Add(list[start..i]);
                start = i + 1;
            }
            else
            {
                depth += list[i] == '[' ? 1 : list[i] == ']' ? -1 : 0;
            }
        }

        return [.. parts.Where(part => part.Length > 0).SelectMany(Expand)];
    }

    /// <summary>Whether all brackets belong to an address, which begins the name or follows the user.</summary>
    private static bool IsPlain(string text)
    {
        var start = text.IndexOf('[', StringComparison.Ordinal);
        return start < 0 ? !text.Contains(']', StringComparison.Ordinal) : start == 0 || text[start - 1] == '@';
    }

    /// <summary>Finds the next list: digits, commas and hyphens in brackets; brackets around anything else belong to an address.</summary>
    private static (int Start, int End) NextList(string text)
    {
        var start = text.IndexOf('[', StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf(']', start);
        return end > start + 1 && text[(start + 1)..end].All(static c => char.IsAsciiDigit(c) || c is ',' or '-') ? (start, end) : (-1, -1);
    }

    private static List<string> Members(string host, string list)
    {
        var members = new List<string>();
        foreach (var part in list.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) || last < first)
            {
                throw Invalid(host, $"{part}: not a number, nor a range LOW-HIGH");
            }

            if (last - first >= Most)
            {
                throw Invalid(host, $"stands for more than {Most} hosts");
            }

            // 01-64: pad to the width of the first number.
            var digits = ends[0].StartsWith('0') ? ends[0].Length : 1;
            members.AddRange(Enumerable.Range(first, last - first + 1).Select(number => number.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')));
        }

        return members;
    }

    private static Failure Invalid(string host, string cause) => new(ExitCode.Usage, $"{host}: {cause}", "a list of hosts is written node[01-64] or node[1,3,5-7]");
}

using System.Globalization;
using System.Text;

namespace EndToEnd.Tests;

/// <summary>A process from /proc.</summary>
internal sealed record ProcessInfo(int Id, int Parent, string Name, string Arguments, string[] Words)
{
    public override string ToString() => $"{Id} ({Name}) {Arguments}";
}

/// <summary>Finds the processes of a test by the tag in their environment.</summary>
internal static class Processes
{
    public static List<ProcessInfo> Tagged(string tag)
    {
        var mark = $"PIPE_TEST={tag}\0";
        return [.. All().Where(one => Read(one.Id, "environ").Contains(mark, StringComparison.Ordinal))];
    }

    public static List<ProcessInfo> All() =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsDigit(name![0])).Select(name => Get(int.Parse(name!, CultureInfo.InvariantCulture))).OfType<ProcessInfo>()];

    /// <summary>Null if the process does not exist or is a zombie.</summary>
    public static ProcessInfo? Get(int id)
    {
        var stat = Read(id, "stat");
        var end = stat.LastIndexOf(')');
        if (end < 0)
        {
            return null;
        }

        var fields = stat[(end + 2)..].Split(' ');
        var words = Read(id, "cmdline").Split('\0');
        return fields[0] is "Z" or "X"
            ? null
            : new ProcessInfo(id, int.Parse(fields[1], CultureInfo.InvariantCulture), stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end], string.Join(' ', words).Trim(), words);
    }

    /// <summary>The sshd processes of a session: ancestors of the given process below the listening server.</summary>
    public static List<ProcessInfo> SshdAbove(ProcessInfo process)
    {
        List<ProcessInfo> found = [];
        for (var above = Get(process.Parent); above is not null; above = Get(above.Parent))
        {
            if (above.Name.StartsWith("sshd", StringComparison.Ordinal) && !above.Arguments.Contains("listener", StringComparison.Ordinal) && !above.Words.Contains("-D"))
            {
                found.Add(above);
            }
        }

        return found;
    }

    public static void Signal(int id, string signal) => Repository.Checkout.Run("kill", $"-{signal}", $"{id}");

    private static string Read(int id, string what)
    {
        try
        {
            return Encoding.Latin1.GetString(File.ReadAllBytes($"/proc/{id}/{what}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

using System.Globalization;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>The processes that a process has started, and those that they have started; see proc(5), children.</summary>
internal static class Descendants
{
    private const int Longest = 64 * 1024;

    /// <summary>Their pids, parents first; none where the kernel does not tell.</summary>
    public static IEnumerable<int> Of(int pid)
    {
        foreach (var child in Children(pid))
        {
            yield return child;
            foreach (var below in Of(child))
            {
                yield return below;
            }
        }
    }

    private static List<int> Children(int pid)
    {
        try
        {
            using var file = Fd.Open($"/proc/{pid}/task/{pid}/children", OpenFlags.ReadOnly);
            var bytes = new byte[Longest];
            var length = file.Read(bytes);
            var words = RawText.Decode(bytes.AsSpan(0, length)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return [.. words.Select(static word => int.Parse(word, CultureInfo.InvariantCulture))];
        }
        catch (LinuxException)
        {
            return [];
        }
    }
}

using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe;

/// <summary>
/// The command line as bytes, in <see cref="RawText"/>. What Main is given has lost every byte that is not UTF-8, and
/// the name that the program was called by.
/// </summary>
/// <param name="Name">Last part of argv[0]; behind a symbolic link, the link's name.</param>
internal readonly record struct Argv(string Name, string[] Words)
{
    /// <param name="given">What Main got. Only its length counts, and its text where /proc is missing.</param>
    public static Argv Read(string[] given)
    {
        try
        {
            return Parse(ProcessFile.Read("cmdline"), given);
        }
        catch (LinuxException)
        {
            return new Argv("", given);
        }
    }

    /// <summary>
    /// The arguments are the last words of the line and the program's name is the one before them, whatever stands in
    /// front: nothing for the shipped file, "dotnet exec" and its options for a plain build.
    /// </summary>
    public static Argv Parse(ReadOnlySpan<byte> line, string[] given)
    {
        var all = Split(line);
        var name = all.Count - given.Length - 1;
        return name < 0
            ? new Argv("", given)
            : new Argv(Leaf(all[name]), [.. all[(name + 1)..]]);
    }

    private static List<string> Split(ReadOnlySpan<byte> line)
    {
        var words = new List<string>();
        while (!line.IsEmpty)
        {
            var end = line.IndexOf((byte)0);
            words.Add(RawText.Decode(end < 0 ? line : line[..end]));
            line = end < 0 ? [] : line[(end + 1)..];
        }

        return words;
    }

    private static string Leaf(string path) => path[(path.LastIndexOf('/') + 1)..];
}

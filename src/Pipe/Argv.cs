using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe;

/// <summary>
/// The command line as bytes, in <see cref="RawText"/>. The arguments of Main lack all bytes that are not UTF-8, and the name by which the program was
/// called.
/// </summary>
/// <param name="Name">Last component of argv[0]; for a symbolic link, the link's name.</param>
internal readonly record struct Argv(string Name, string[] Words)
{
    /// <param name="given">The arguments of Main. Only their number is used, and their text where /proc is missing.</param>
    public static Argv Read(string[] given)
    {
        try
        {
            return Parse(ProcessFile.Read("cmdline"), given);
        }
        catch (LinuxException)
        {
            return new Argv(Leaf(Environment.GetCommandLineArgs()[0]), given);
        }
    }

    /// <summary>
    /// Splits the command line. The arguments are its last words and the program's name is the word before them; the shipped file has nothing before
    /// that, a plain build "dotnet exec" and its options.
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

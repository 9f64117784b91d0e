using System.Globalization;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>
/// The configuration of all front ends, pipe-config(5): <c>/etc/pipe/config</c>, then <c>pipe/config</c> in the user's configuration directory. A later
/// line takes precedence over an earlier one, and the command line over both.
/// </summary>
internal static class ConfigurationFile
{
    private const string System = "/etc/pipe/config";
    private const string Every = "*";
    private const string ProgramWord = "program";
    private const string HostWord = "host";

    /// <summary>The names that a <c>program</c> line may have.</summary>
    public static IReadOnlyList<string> Programs { get; } = ["dccli", "dmscp", "dolly", "lazyclone", "yarchive", "yscp", "ytar"];

    /// <summary>The words that begin a section.</summary>
    public static IReadOnlyList<string> SectionWords { get; } = [ProgramWord, HostWord];

    private static string Users => $"{UserFolders.Configuration}/pipe/config";

    /// <summary>Reads both files; a file that does not exist has no lines.</summary>
    /// <exception cref="Failure">A file cannot be read or parsed.</exception>
    public static IReadOnlyList<ConfigurationLine> Read() => [.. Read(System), .. Read(Users)];

    /// <summary>Parses the lines of a file. Skips empty lines and lines that begin with #.</summary>
    /// <exception cref="Failure">A line is not a section, nor a name and a value.</exception>
    public static List<ConfigurationLine> Parse(string file, IReadOnlyList<string> lines)
    {
        var all = new List<ConfigurationLine>();
        var (programs, hosts) = ((IReadOnlyList<string>)[], (IReadOnlyList<string>)[]);
        for (var i = 0; i < lines.Count; i++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{file}:{i + 1}");
            var words = lines[i].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case [] or [['#', ..], ..]:
                    break;
                case [ProgramWord, _, ..]:
                    (programs, hosts) = (ProgramsOf(place, words[1..]), []);
                    break;
                case [HostWord, _, ..]:
                    hosts = HostsOf(place, words[1..]);
                    break;
                case [var name, var value]:
                    all.Add(new ConfigurationLine(name, value, place, programs, hosts));
                    break;
                default:
                    throw Invalid(place, words.Length == 1 ? $"{words[0]}: the value is missing" : $"{lines[i].Trim()}: more than a name and a value");
            }
        }

        return all;
    }

    private static List<ConfigurationLine> Read(string path)
    {
        try
        {
            // Few machines have one, and an exception thrown and caught costs each start some milliseconds.
            return FileStatus.OfName(path) is null ? [] : Parse(path, File.ReadAllLines(path));
        }
        // sudo and setpriv may keep the HOME of a user whose directory this user may not enter: treated as having no configuration.
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or LinuxException { Errno: Errno.NotDirectory or Errno.AccessDenied })
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.Usage, $"{path}: {LinuxException.Describe(e)}");
        }
    }

    private static string[] ProgramsOf(string place, string[] names)
    {
        if (names is [Every])
        {
            return [];
        }

        return Array.Find(names, static name => !Programs.Contains(name)) is not { } unknown ? names
            : throw new Failure(ExitCode.Usage, $"{place}: {unknown}: no such program", Near(unknown, Programs));
    }

    private static string[] HostsOf(string place, string[] patterns) => patterns switch
    {
        [Every] => [],
        _ when Array.Exists(patterns, static pattern => pattern == "!") => throw Invalid(place, "!: the pattern is missing"),
        _ => patterns,
    };

    /// <summary>A hint with the name that was probably meant.</summary>
    public static string Near(string name, IReadOnlyList<string> known) =>
        NearName.Of(name, known) is { Length: > 0 } near ? $"did you mean {near}?" : $"known are {string.Join(", ", known)}";

    private static Failure Invalid(string place, string cause) =>
        new(ExitCode.Usage, $"{place}: {cause}", "a line is a name and a value, or begins a section: program NAME ..., host PATTERN ...");
}

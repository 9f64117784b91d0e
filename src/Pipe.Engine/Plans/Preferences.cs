using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The user's preferences for all front ends: <c>pipe/config</c> in the configuration directory. The command line takes precedence.</summary>
internal sealed record Preferences
{
    /// <summary>See <see cref="Remote.KeepSeconds"/>.</summary>
    public int KeepSeconds { get; init; }

    /// <summary>See <see cref="Remote.KeepsOverUsers"/>.</summary>
    public bool KeepsOverUsers { get; init; }

    /// <summary>Options given by name: the last value of each, and its place in the file.</summary>
    public IReadOnlyDictionary<string, (string Value, string Place)> Options { get; private init; } = new Dictionary<string, (string, string)>();

    public static string Path => $"{UserFolders.Configuration}/pipe/config";

    /// <summary>Reads the file; returns the defaults if it does not exist.</summary>
    /// <exception cref="Failure">The file cannot be read or parsed.</exception>
    public static Preferences Read()
    {
        try
        {
            // Few users have one, and an exception thrown and caught costs each start some milliseconds.
            return FileStatus.OfName(Path) is null ? new Preferences() : Parse(Path, File.ReadAllLines(Path));
        }
        // sudo and setpriv may keep the HOME of a user whose directory this user may not enter: treated as having no configuration.
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or LinuxException { Errno: Errno.NotDirectory or Errno.AccessDenied })
        {
            return new Preferences();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.Usage, $"{Path}: cannot be read");
        }
    }

    /// <summary>Parses one preference per line: its name and its value. Skips empty lines and lines that begin with #.</summary>
    public static Preferences Parse(string file, IReadOnlyList<string> lines)
    {
        var all = new Preferences();
        for (var i = 0; i < lines.Count; i++)
        {
            var words = lines[i].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            all = words switch
            {
                [] or [['#', ..], ..] => all,
                ["keep-login" or "keep", var value] => all with
                {
                    KeepSeconds = Seconds(LoginKeeping.SecondsOf(value)) ?? throw Invalid(file, i, $"{words[0]} {value}: not a number of seconds"),
                    KeepsOverUsers = LoginKeeping.IsOverUsers(value),
                },
                [("channel" or "udp" or "mtu" or "udp-buffer") and var option, var value] => all with
                {
                    Options = new Dictionary<string, (string, string)>(all.Options) { [option] = (value, $"{file}:{i + 1}") },
                },
                _ => throw Invalid(file, i, $"{lines[i].Trim()}: not understood"),
            };
        }

        return all;
    }

    /// <summary>Null if the text is not a number of seconds up to a year.</summary>
    private static int? Seconds(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= Remote.LongestKeep ? seconds : null;

    private static Failure Invalid(string file, int line, string cause) =>
        new(ExitCode.Usage, $"{file}:{line + 1}: {cause}", "a line is keep-login, channel, udp, mtu or udp-buffer, and a value");
}

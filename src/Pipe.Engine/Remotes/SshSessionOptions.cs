using System.Text;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// Options in a user's ssh configuration that keep ssh from running the program on the other host: they are for tunnels. Versions of ssh before 8.7 end
/// with an error if they are given one, so they are overruled only if a configuration file mentions them.
/// </summary>
internal static class SshSessionOptions
{
    private static readonly (string Word, string Value)[] Known = [("SessionType", "default"), ("StdinNull", "no"), ("ForkAfterAuthentication", "no")];

    /// <summary>The options that overrule them.</summary>
    /// <param name="config">The configuration file that the user has named; empty for the usual ones.</param>
    public static IEnumerable<string> Overruling(string config)
    {
        var texts = Texts(config).ToList();
        return Known.Where(known => texts.Exists(text => text.Contains(known.Word, StringComparison.OrdinalIgnoreCase))).SelectMany(static known => new[] { "-o", $"{known.Word}={known.Value}" });
    }

    /// <summary>Whether a line of a configuration file, not a comment, begins with a word.</summary>
    /// <param name="config">The configuration file that the user has named; empty for the usual ones.</param>
    /// <param name="word">The name of an option.</param>
    public static bool Has(string config, string word) => Texts(config).Any(text => text.Split('\n').Any(line => line.TrimStart().StartsWith(word, StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<string> Texts(string config) => (config.Length > 0 ? [config] : Usual()).Select(Read);

    private static IEnumerable<string> Usual()
    {
        foreach (var (file, folder) in new[] { ($"{UserFolders.Home}/.ssh/config", $"{UserFolders.Home}/.ssh/config.d"), ("/etc/ssh/ssh_config", "/etc/ssh/ssh_config.d") })
        {
            yield return file;
            foreach (var name in Names(folder))
            {
                yield return Paths.Join(folder, name);
            }
        }
    }

    private static List<string> Names(string path)
    {
        var names = new List<string>();
        try
        {
            using var folder = Folder.Open(path);
            names.AddRange(FolderReader.Names(folder));
        }
        catch (LinuxException)
        {
            // Most hosts have only one of the two.
        }

        return names;
    }

    private static string Read(string path)
    {
        const int most = 1 << 20;
        try
        {
            using var file = Fd.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
            var bytes = new byte[Math.Min(most, FileStatus.Of(file).Size)];
            return Encoding.Latin1.GetString(bytes, 0, file.ReadAt(bytes, 0));
        }
        catch (LinuxException)
        {
            // ssh will report it, if it needs the file.
            return "";
        }
    }
}

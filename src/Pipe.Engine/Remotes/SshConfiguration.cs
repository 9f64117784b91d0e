using System.Text;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The user's ssh configuration as far as this program has to know it. Its files are read once, when they are first needed.</summary>
/// <param name="config">The configuration file that the user has named; empty for the usual ones.</param>
internal sealed class SshConfiguration(string config)
{
    private static readonly (string Word, string Value)[] TunnelOptions = [("SessionType", "default"), ("StdinNull", "no"), ("ForkAfterAuthentication", "no")];
    private readonly Lazy<string[]> _texts = new(() => [.. (config.Length > 0 ? [config] : Usual()).Select(Read)]);

    /// <summary>
    /// The options that overrule those in the configuration that keep ssh from running the program on the other host: they are for tunnels. Versions of ssh
    /// before 8.7 end with an error if they are given one, so they are overruled only if a configuration file mentions them.
    /// </summary>
    public IEnumerable<string> Overruling() =>
        TunnelOptions.Where(known => _texts.Value.Any(text => text.Contains(known.Word, StringComparison.OrdinalIgnoreCase))).SelectMany(static known => new[] { "-o", $"{known.Word}={known.Value}" });

    /// <summary>Whether a line of a configuration file, not a comment, begins with a word.</summary>
    /// <param name="word">The name of an option.</param>
    public bool Has(string word) => _texts.Value.Any(text => text.Split('\n').Any(line => line.TrimStart().StartsWith(word, StringComparison.OrdinalIgnoreCase)));

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

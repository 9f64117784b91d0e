using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Trees;

namespace Pipe.Ssh;

/// <summary>Reads ssh's configuration files into the settings for one host.</summary>
/// <param name="settings">Receives the values.</param>
/// <param name="host">The host as the user named it, for the patterns of Host lines.</param>
internal sealed class ConfigurationReader(Settings settings, string host)
{
    private const string SystemFolder = "/etc/ssh";
    private const int MaxDepth = 16;
    private const int MaxSize = 1 << 20;
    private const uint WritableByOthers = 0x12; // 022

    private static string UserFolder => $"{UserFolders.Home}/.ssh";

    /// <summary>Reads the user's file and the system's file, if they exist.</summary>
    public void ReadUsual()
    {
        ReadIfThere($"{UserFolder}/config", UserFolder, isUsers: true);
        ReadIfThere($"{SystemFolder}/ssh_config", SystemFolder, isUsers: false);
    }

    /// <summary>Reads a file that the user has named.</summary>
    /// <exception cref="Failure">It cannot be read, or contains an unsupported keyword.</exception>
    public void Read(string path) => Follow(TextOf(path, isUsers: false) ?? throw SshFailure.Of($"{path}: no such file or directory"), path, UserFolder, isUsers: false, depth: 0);

    private void ReadIfThere(string path, string folder, bool isUsers)
    {
        if (TextOf(path, isUsers) is { } text)
        {
            Follow(text, path, folder, isUsers, depth: 0);
        }
    }

    private void Follow(string text, string path, string folder, bool isUsers, int depth)
    {
        var applies = true;
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            if (ConfigurationLine.Parse(raw, $"{path}:{number}") is not { } line)
            {
                continue;
            }

            if (line.Is("Host"))
            {
                applies = HostPattern.MatchesAny(line.Values, host);
            }
            else if (line.Is("Match"))
            {
                RefuseCondition(line);
                applies = true;
            }
            else if (applies && line.Is("Include"))
            {
                Include(line, folder, isUsers, depth);
            }
            else if (applies)
            {
                Keywords.Apply(settings, line);
            }
        }
    }

    private static void RefuseCondition(ConfigurationLine line)
    {
        if (line.Values is not [var all] || !all.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            throw line.Refused("the built-in ssh supports only the condition 'all'");
        }
    }

    /// <summary>Reads the included files; a pattern may match several, which are read in the order of their names.</summary>
    private void Include(ConfigurationLine line, string folder, bool isUsers, int depth)
    {
        if (depth >= MaxDepth)
        {
            throw line.Refused("too many nested includes");
        }

        foreach (var pattern in line.Values)
        {
            var path = pattern.StartsWith("~/", StringComparison.Ordinal) ? $"{UserFolders.Home}/{pattern[2..]}" : pattern.StartsWith('/') ? pattern : $"{folder}/{pattern}";
            foreach (var file in Expansion.Of(path) ?? [])
            {
                if (TextOf(file, isUsers) is { } text)
                {
                    Follow(text, file, folder, isUsers, depth + 1);
                }
            }
        }
    }

    /// <summary>Null if there is no such file.</summary>
    private static string? TextOf(string path, bool isUsers) =>
        WholeFile.Read(path, MaxSize, status => CheckOwner(path, status, isUsers)) is { } bytes ? RawText.Decode(bytes) : null;

    private static void CheckOwner(string path, in FileStatus status, bool isUsers)
    {
        if (isUsers && ((status.Owner is not 0 && status.Owner != Ids.EffectiveUser) || (status.Permissions & WritableByOthers) != 0))
        {
            throw SshFailure.Of($"{path}: another user owns this file or can write it", $"chmod 600 {path}");
        }
    }
}

using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>The state of a fragment's file, found without reading it.</summary>
internal enum Whereabout
{
    OnDisk,
    OnTape,
    Missing,

    /// <summary>Present, but the size differs from the manifest.</summary>
    Resized,

    /// <summary>The name belongs to something other than a file.</summary>
    NoFile,

    /// <summary>Unknown: the directory cannot be entered, or symbolic links form a loop.</summary>
    Unreachable,

    /// <summary>Not on disk, and the data migration system has lost its copy.</summary>
    Lost,
}

/// <summary>
/// Finds out whether fragments are on disk or on tape. Without an answer of a data migration system this is a guess: a file with a size but no blocks
/// is on tape. Recalls nothing.
/// </summary>
/// <param name="states">The answers of such a system, by path; null if none was asked.</param>
internal sealed class Whereabouts(IReadOnlyDictionary<string, MigrationState>? states = null) : IDisposable
{
    private readonly Dictionary<string, Folder?> _folders = [];

    /// <param name="archive">The archive of the fragment.</param>
    /// <param name="fragment">The fragment as listed in the manifest.</param>
    public Whereabout Of(ArchiveName archive, in Fragment fragment)
    {
        try
        {
            return FolderOf(archive, fragment)?.Status(archive.Fragment(fragment.Number), follow: true) switch
            {
                null => Whereabout.Missing,
                { IsRegular: false } => Whereabout.NoFile,
                { } status when status.Size != fragment.Size => Whereabout.Resized,
                { } status => Said(archive, fragment) ?? (StoredFile.MayBeOnTape(status) ? Whereabout.OnTape : Whereabout.OnDisk),
            };
        }
        catch (LinuxException)
        {
            return Whereabout.Unreachable;
        }
    }

    public void Dispose()
    {
        foreach (var folder in _folders.Values)
        {
            folder?.Dispose();
        }
    }

    private Whereabout? Said(ArchiveName archive, in Fragment fragment) => states?.GetValueOrDefault(fragment.Path(archive)) switch
    {
        null or MigrationState.Unknown => null,
        MigrationState.Lost => Whereabout.Lost,
        { } state => state.IsOnDisk() ? Whereabout.OnDisk : Whereabout.OnTape,
    };

    /// <summary>Null if the directory does not exist.</summary>
    private Folder? FolderOf(ArchiveName archive, in Fragment fragment)
    {
        var name = fragment.Directory.Length > 0 ? fragment.Directory : archive.Directory.Length > 0 ? archive.Directory : ".";
        if (!_folders.TryGetValue(name, out var folder))
        {
            _folders[name] = folder = FileStatus.Of(name) is { IsDirectory: true } ? Folder.Open(name) : null;
        }

        return folder;
    }
}

using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>What a look at a fragment's file says, without reading it.</summary>
internal enum Whereabout
{
    OnDisk,
    OnTape,
    Missing,

    /// <summary>There, with another size than the manifest has it.</summary>
    Resized,

    /// <summary>Something else has its name.</summary>
    NoFile,

    /// <summary>Nobody can tell: its directory cannot be entered, or links lead in a circle.</summary>
    Unreachable,

    /// <summary>Not on disk, and the data migration system has lost its copy.</summary>
    Lost,
}

/// <summary>
/// Where the bytes of fragments are: on disk or on tape. Where no data migration system has been asked this is a hint: a file with a
/// size and no blocks. It asks nobody to bring anything back.
/// </summary>
/// <param name="states">What such a system said, by path; null if none was asked.</param>
internal sealed class Whereabouts(IReadOnlyDictionary<string, MigrationState>? states = null) : IDisposable
{
    private readonly Dictionary<string, Folder?> _folders = [];

    /// <param name="archive">Whose fragment it is.</param>
    /// <param name="fragment">As the manifest has it.</param>
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

    /// <summary>Null if the directory is not there.</summary>
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

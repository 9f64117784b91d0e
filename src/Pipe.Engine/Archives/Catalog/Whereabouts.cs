using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>What a look at a fragment's file says, without reading it.</summary>
internal enum Whereabout
{
    OnDisk,
    OnTape,
    Missing,

    /// <summary>There, with another size than the manifest has it.</summary>
    Resized,
}

/// <summary>
/// Where the bytes of fragments are: on disk or on tape. Without a data migration system to ask this is a hint: a file with a size and
/// no blocks. It asks nobody to bring anything back.
/// </summary>
internal sealed class Whereabouts : IDisposable
{
    private readonly Dictionary<string, Folder?> _folders = [];

    /// <param name="archive">Whose fragment it is.</param>
    /// <param name="fragment">As the manifest has it.</param>
    public Whereabout Of(ArchiveName archive, in Fragment fragment) => FolderOf(archive, fragment)?.Status(archive.Fragment(fragment.Number), follow: true) switch
    {
        null => Whereabout.Missing,
        { } status when !status.IsRegular || status.Size != fragment.Size => Whereabout.Resized,
        { Blocks: 0 } => Whereabout.OnTape,
        _ => Whereabout.OnDisk,
    };

    public void Dispose()
    {
        foreach (var folder in _folders.Values)
        {
            folder?.Dispose();
        }
    }

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

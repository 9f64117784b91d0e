using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>Finds the archives of a directory by their manifests.</summary>
internal static class Catalog
{
    /// <summary>In the order of their names.</summary>
    /// <exception cref="Failure">The directory does not exist or cannot be read.</exception>
    public static IReadOnlyList<ArchiveName> In(string directory)
    {
        try
        {
            using var folder = Folder.Open(Paths.OrHere(directory));
            using var reader = new FolderReader(folder);
            var names = new List<string>();
            while (reader.TryNext(out var file, out _))
            {
                if (ArchiveName.OfManifest(file) is { } name)
                {
                    names.Add(name);
                }
            }

            return [.. names.Order(StringComparer.Ordinal).Select(name => new ArchiveName(directory, name))];
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <summary>The archives that a path stands for: the archive of that name, otherwise those in the directory.</summary>
    /// <exception cref="Failure">The path is neither.</exception>
    public static IReadOnlyList<ArchiveName> At(string path)
    {
        try
        {
            return path.TrimEnd('/') is { Length: > 0 } name && !path.EndsWith('/') && ArchiveAt(name) is { } archive && FileStatus.Of(archive.Manifest) is not null ? [archive]
                : path.Length == 0 || FileStatus.Of(path) is { IsDirectory: true } ? In(path)
                : throw new Failure(ExitCode.Objects, $"{path}: no such archive", $"there is no {path}.manifest, and no directory {path}");
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <summary>The archive that a path names.</summary>
    public static ArchiveName Named(string path) => ArchiveName.Of(Resource.Archive([""], path));

    private static ArchiveName? ArchiveAt(string path) => Paths.NameOf(path) is "" or "." or ".." ? null : Named(path);
}

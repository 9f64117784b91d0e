using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Takes an archive away. First it loses its closing line, durably: from there on it is no archive, and whenever the removal is cut, what is
/// left looks like one that was never complete, and can be removed again. Whatever forbids it shows before anything has happened. While
/// this lives, nobody writes the archive.
/// </summary>
internal sealed class Removal : IDisposable
{
    private readonly ArchiveName _archive;
    private readonly Fd _file;
    private readonly Manifest? _manifest;
    private readonly IReadOnlyList<Fragment> _fragments;

    /// <param name="archive">Which one.</param>
    /// <param name="isForced">Also one whose manifest is damaged: what it still names for sure.</param>
    /// <exception cref="Failure">There is no such archive, somebody is writing it, or it is damaged.</exception>
    public Removal(ArchiveName archive, bool isForced)
    {
        _archive = archive;
        _file = Open(archive);
        try
        {
            _manifest = Read(archive, _file, isForced);
            _fragments = _manifest?.Fragments ?? Wreck.FragmentsOf(archive, _file);
            Left = _manifest is null ? Unnamed() : [];
        }
        catch (LinuxException e)
        {
            _file.Dispose();
            throw ObjectFailure.Of(e);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Whether somebody else has removed it, or is at it.</summary>
    public static bool IsTaken(ArchiveName archive)
    {
        using var file = Fd.TryOpen(archive.Manifest, OpenFlags.ReadOnly | OpenFlags.NoTerminal | OpenFlags.NonBlocking);
        return file is null || !file.TryLock();
    }

    /// <summary>Files that have names of fragments, and stay: a damaged manifest does not name them.</summary>
    public IReadOnlyList<string> Left { get; }

    public IReadOnlyList<string> Fragments => [.. _fragments.Select(fragment => fragment.Path(_archive))];

    /// <summary>Returns those fragments whose copies stay all the same, each with the cause.</summary>
    /// <param name="copies">Of the fragments, that are given up; null: nobody asks for that.</param>
    /// <exception cref="Failure">It cannot be removed, or the copies cannot be given up now.</exception>
    public IReadOnlyList<string> Carry(ForgottenCopies? copies)
    {
        try
        {
            if (_manifest is not null)
            {
                _file.Truncate(_manifest.Body);
                _file.Sync();
            }

            var staying = copies?.Forget(Fragments) ?? [];
            RemoveFragments();
            Paths.Remove(_archive.Index);
            Paths.Remove(Paths.Join(_archive.Directory, _archive.IndexPart));
            Paths.Remove(_archive.Manifest);
            return staying;
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    public void Dispose() => _file.Dispose();

    private static Fd Open(ArchiveName archive)
    {
        try
        {
            var file = StoredFile.Open(archive.Manifest, OpenFlags.ReadWrite);
            if (file.TryLock())
            {
                return file;
            }

            file.Dispose();
            throw new Failure(ExitCode.Objects, $"{archive.Path}: somebody is writing this archive");
        }
        catch (LinuxException e)
        {
            throw e.Errno == Errno.NoEntry ? Manifest.None(archive) : ObjectFailure.Of(e);
        }
    }

    /// <summary>Null if it is damaged.</summary>
    private static Manifest? Read(ArchiveName archive, Fd file, bool isForced)
    {
        try
        {
            return Manifest.Read(archive, file);
        }
        catch (Failure e) when (e.Code == ExitCode.Integrity && isForced)
        {
            return null;
        }
    }

    private string[] Unnamed()
    {
        var known = _fragments.Select(fragment => (fragment.Directory, fragment.Number)).ToHashSet();
        return [.. Directories().SelectMany(directory => NamesIn(directory)
            .Where(name => _archive.NumberOf(name) is { } number && !known.Contains((directory, number)))
            .Select(name => Paths.Join(PathOf(directory), name))
            .Order(StringComparer.Ordinal))];
    }

    /// <summary>
    /// The last first, so that what is left after a cut can go on; then parts, and the fragment that a cut run has named and not written
    /// down. Others of such names may be all that is left of an archive whose manifest is lost.
    /// </summary>
    private void RemoveFragments()
    {
        for (var i = _fragments.Count - 1; i >= 0; i--)
        {
            Paths.Remove(_fragments[i].Path(_archive));
        }

        var next = _manifest is { End: null, Fragments.Count: > 0 and var count } ? count : -1;
        foreach (var directory in Directories())
        {
            foreach (var name in NamesIn(directory).Where(name => _archive.IsPart(name) || _archive.NumberOf(name) == next))
            {
                Paths.Remove(Paths.Join(PathOf(directory), name));
            }
        }
    }

    /// <summary>Where fragments lie, as the manifest has it.</summary>
    private IEnumerable<string> Directories() => _fragments.Select(fragment => fragment.Directory).Append("").Distinct();

    private string PathOf(string directory) => directory.Length > 0 ? directory : _archive.Directory;

    private List<string> NamesIn(string directory)
    {
        var found = new List<string>();
        var path = Paths.OrHere(PathOf(directory));
        if (FileStatus.Of(path) is { IsDirectory: true })
        {
            using var folder = Folder.Open(path);
            using var names = new FolderReader(folder);
            while (names.TryNext(out var name, out _))
            {
                if (_archive.IsPart(name) || _archive.NumberOf(name) is not null)
                {
                    found.Add(name);
                }
            }
        }

        return found;
    }
}

using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A file that stays after the removal of its archive.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Why">The reason.</param>
internal readonly record struct StayingFile(string Path, string Why);

/// <summary>
/// Removes an archive. First its closing line is removed, durably: from then on an interrupted removal leaves an incomplete archive, which can be
/// removed again. All checks come before the first change. While this exists, no other process writes the archive. Files that do not provably belong to
/// the archive stay; see <see cref="FragmentProof"/>.
/// </summary>
internal sealed class Removal : IDisposable
{
    private readonly ArchiveName _archive;
    private readonly Manifest? _manifest;
    private readonly FragmentProof _proof;
    private readonly List<Fragment> _fragments = [];
    private readonly List<StayingFile> _left = [];
    private readonly string[] _directories;
    private Fd _file;

    /// <param name="archive">The archive.</param>
    /// <param name="isForced">Whether to remove a damaged archive too: the files that its manifest still lists reliably.</param>
    /// <param name="vouched">Spill directories that the user vouches for.</param>
    /// <exception cref="Failure">The archive does not exist, is being written, or is damaged.</exception>
    public Removal(ArchiveName archive, bool isForced, params IReadOnlyList<string> vouched)
    {
        _archive = archive;
        _file = Open(archive);
        try
        {
            _manifest = Read(archive, _file, isForced);
            var salvage = _manifest is null ? ManifestSalvage.Read(archive, _file) : null;
            _proof = new FragmentProof(archive, _manifest?.Head.Id ?? salvage!.Id, vouched);
            _proof.CheckBeside();
            Sort(_manifest?.Fragments ?? salvage!.Fragments);
            _directories = [.. (_manifest?.Fragments ?? salvage!.Fragments).Select(fragment => fragment.Directory).Concat(_manifest?.Head.Next ?? []).Append("").Distinct().Where(_proof.IsOwned)];
            AddUnnamed();
        }
        catch (LinuxException e)
        {
            _file.Dispose();
            throw Failure.Of(e);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Whether another process has removed the archive, or is working on it.</summary>
    public static bool IsTaken(ArchiveName archive)
    {
        using var file = Fd.TryOpen(archive.Manifest, OpenFlags.ReadOnly | OpenFlags.NoTerminal | OpenFlags.NonBlocking);
        return file is null || !file.TryLock();
    }

    /// <summary>Files with names of fragments or of the index that stay.</summary>
    public IReadOnlyList<StayingFile> Left => _left;

    /// <summary>The paths of all fragments to remove.</summary>
    public IReadOnlyList<string> Fragments => [.. _fragments.Select(fragment => fragment.Path(_archive))];

    /// <summary>The directories other than the manifest's from which fragments are removed, with their numbers.</summary>
    public IReadOnlyList<(string Directory, int Fragments)> Elsewhere =>
        [.. _fragments.Where(fragment => fragment.Directory.Length > 0).GroupBy(fragment => fragment.Directory).Select(group => (group.Key, group.Count()))];

    /// <summary>Whether the index file belongs to the archive: the manifest lists it, or it is an index.</summary>
    private bool OwnsIndex => _manifest?.End?.Index is not null || IndexFile.IsOne(_archive);

    /// <summary>The fragment that an interrupted run may have named but not listed; null if it cannot be identified.</summary>
    private int? Unrecorded => _manifest is { End: null, Fragments.Count: > 0 and var count } ? count : null;

    /// <summary>Removes the archive. Returns the fragments whose tape copies stay, each with the cause.</summary>
    /// <param name="copies">The copies to delete too; null to keep them.</param>
    /// <exception cref="Failure">The archive cannot be removed, or the copies cannot be deleted now.</exception>
    public IReadOnlyList<string> Carry(ForgottenCopies? copies)
    {
        try
        {
            if (_manifest is not null)
            {
                _file = SharedManifest.Unshare(_archive, _file);
                _file.Truncate(_manifest.Body);
                _file.Sync();
            }

            var staying = copies?.Forget(Fragments) ?? [];
            RemoveFragments();
            if (OwnsIndex)
            {
                Paths.Remove(_archive.Index);
            }

            Paths.Remove(_archive.Manifest);
            return staying;
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Dispose() => _file.Dispose();

    private static Fd Open(ArchiveName archive)
    {
        try
        {
            SharedManifest.CheckName(archive);
            var file = StoredFile.Open(archive.Manifest, OpenFlags.ReadWrite);
            if (file.TryLock())
            {
                return file;
            }

            file.Dispose();
            throw new Failure(ExitCode.Objects, $"{archive.Path}: another process is writing this archive");
        }
        catch (LinuxException e)
        {
            throw e.Errno == Errno.NoEntry ? Manifest.None(archive) : Failure.Of(e);
        }
    }

    /// <summary>Null if the manifest is damaged.</summary>
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

    /// <summary>Sorts fragments into those to remove and those that stay. The owner of a missing file does not matter.</summary>
    private void Sort(IReadOnlyList<Fragment> fragments)
    {
        foreach (var fragment in fragments)
        {
            var why = _proof.Fault(fragment);
            if (why.Length == 0)
            {
                _fragments.Add(fragment);
            }
            else if (FileStatus.OfName(fragment.Path(_archive)) is not null)
            {
                _left.Add(new StayingFile(fragment.Path(_archive), why));
            }
        }
    }

    /// <summary>Adds files next to the fragments that the manifest does not list: it is damaged, or they belong to something else.</summary>
    private void AddUnnamed()
    {
        var known = _fragments.Select(fragment => fragment.Path(_archive)).Concat(_left.Select(file => file.Path)).ToHashSet();
        _left.AddRange(_directories.SelectMany(directory => FragmentNames.In(In(directory))
            .Where(name => _archive.NumberOf(name) is { } number && number != Unrecorded)
            .Select(name => Paths.Join(In(directory).Directory, name)))
            .Where(path => !known.Contains(path))
            .Order(StringComparer.Ordinal)
            .Select(path => new StayingFile(path, "the manifest does not name it")));
        if (FileStatus.OfName(_archive.Index) is not null && !OwnsIndex)
        {
            _left.Add(new StayingFile(_archive.Index, "it is not an index of an archive"));
        }
    }

    /// <summary>
    /// Removes the last fragment first, so that an interrupted removal can continue; then parts, and the fragment that an interrupted run has named but
    /// not listed. Other files of such names may be the only remains of an archive whose manifest is lost.
    /// </summary>
    private void RemoveFragments()
    {
        for (var i = _fragments.Count - 1; i >= 0; i--)
        {
            Paths.Remove(_fragments[i].Path(_archive));
        }

        foreach (var there in _directories.Select(In))
        {
            foreach (var name in FragmentNames.In(there).Where(name => _archive.IsPart(name) || (Unrecorded is { } next && _archive.NumberOf(name) == next)))
            {
                Paths.Remove(Paths.Join(there.Directory, name));
            }

            _proof.RemoveOwner(there);
        }
    }

    private ArchiveName In(string directory) => directory.Length > 0 ? _archive with { Directory = directory } : _archive;
}

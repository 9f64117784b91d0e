using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A file that stays where an archive was removed.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Why">Why it does.</param>
internal readonly record struct StayingFile(string Path, string Why);

/// <summary>
/// Removes an archive. First it loses its closing line, durably: from there on it is no archive, and if the removal is cut, the
/// rest looks like an archive that was never complete, and can be removed again. All reasons to refuse show before anything has happened. While
/// this lives, no other process writes the archive. Files that are not provably of this archive stay; see <see cref="FragmentProof"/>.
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

    /// <param name="archive">Which one.</param>
    /// <param name="isForced">Also one whose manifest is damaged: what it still names for sure.</param>
    /// <param name="vouched">Directories that the user says it goes on in.</param>
    /// <exception cref="Failure">There is no such archive, somebody is writing it, or it is damaged.</exception>
    public Removal(ArchiveName archive, bool isForced, params IReadOnlyList<string> vouched)
    {
        _archive = archive;
        _file = Open(archive);
        try
        {
            _manifest = Read(archive, _file, isForced);
            var wreck = _manifest is null ? Wreck.Read(archive, _file) : null;
            _proof = new FragmentProof(archive, _manifest?.Head.Id ?? wreck!.Id, vouched);
            _proof.CheckBeside();
            Sort(_manifest?.Fragments ?? wreck!.Fragments);
            _directories = [.. (_manifest?.Fragments ?? wreck!.Fragments).Select(fragment => fragment.Directory).Concat(_manifest?.Head.Next ?? []).Append("").Distinct().Where(_proof.IsOwned)];
            AddUnnamed();
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

    /// <summary>Files that have names of fragments or of the index, and stay.</summary>
    public IReadOnlyList<StayingFile> Left => _left;

    /// <summary>The paths of all fragments that go.</summary>
    public IReadOnlyList<string> Fragments => [.. _fragments.Select(fragment => fragment.Path(_archive))];

    /// <summary>The directories, other than that of the manifest, which fragments are removed from, with their number.</summary>
    public IReadOnlyList<(string Directory, int Fragments)> Elsewhere =>
        [.. _fragments.Where(fragment => fragment.Directory.Length > 0).GroupBy(fragment => fragment.Directory).Select(group => (group.Key, group.Count()))];

    /// <summary>The file of that name is what has become of the index that the manifest knows, or it is one.</summary>
    private bool OwnsIndex => _manifest?.End?.Index is not null || IndexFile.IsOne(_archive);

    /// <summary>The fragment that a cut run may have named and not written down; null if it cannot be told from others.</summary>
    private int? Unrecorded => _manifest is { End: null, Fragments.Count: > 0 and var count } ? count : null;

    /// <summary>Returns those fragments whose copies stay all the same, each with the cause.</summary>
    /// <param name="copies">Of the fragments, that are given up; null: nobody asks for that.</param>
    /// <exception cref="Failure">It cannot be removed, or the copies cannot be given up now.</exception>
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
            throw ObjectFailure.Of(e);
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

    /// <summary>Into those that go and those that stay. Of a file that is not there it does not matter whose it was.</summary>
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

    /// <summary>Files beside the others that the manifest does not speak of: it is damaged, or they are of something else.</summary>
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
            _left.Add(new StayingFile(_archive.Index, "it is no index of an archive"));
        }
    }

    /// <summary>
    /// The last first, so that the rest can go on after a cut; then parts, and the fragment that a cut run has named and not written
    /// down. Others of such names may be all that is left of an archive whose manifest is lost.
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

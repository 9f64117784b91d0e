using System.Security.Cryptography;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// The manifest of an archive being written, locked for one session. Each line is durable before it is reported. A manifest without content is removed
/// with the session.
/// </summary>
internal sealed class ManifestFile : IDisposable
{
    private readonly ArchiveName _archive;
    private readonly SpaceRetry _retry;
    private readonly IncrementalHash _sha256 = Cryptography.Sha256();
    private Fd _fd = null!;
    private long _length;
    private long _reserved;
    private bool _isBare;

    /// <param name="archive">The archive.</param>
    /// <param name="retry">Handles a full disk.</param>
    /// <exception cref="Failure">Another process is writing the archive.</exception>
    public ManifestFile(ArchiveName archive, SpaceRetry retry)
    {
        (_archive, _retry) = (archive, retry);
        Open();
        while (!IsNamed())
        {
            _fd.Dispose();
            Open();
        }

        _fd = SharedManifest.Unshare(_archive, _fd);
        _isBare = FileStatus.Of(_fd).Size == 0;
    }

    /// <summary>The manifest of an earlier run; null if there is none.</summary>
    public Manifest? Earlier() => FileStatus.Of(_fd).Size == 0 ? null : Manifest.Read(_archive, _fd);

    /// <summary>Starts a new manifest.</summary>
    public void Begin(ManifestHead head)
    {
        _retry.Persist(_archive.Directory, () => _fd.Truncate(0));
        (_length, _reserved) = (0, 0);
        _isBare = true;
        Append(ManifestText.Head(head));
        _retry.Persist(_archive.Directory, () => Paths.KeepName(_archive.Manifest));
    }

    /// <summary>Resumes after that number of fragments of an earlier run.</summary>
    public void GoOn(int fragments)
    {
        _length = Manifest.Read(_archive, _fd, fragments).Length;
        _retry.Persist(_archive.Directory, () => _fd.Truncate(_length));
        var buffer = new byte[64 * 1024];
        for (var at = 0L; at < _length;)
        {
            var count = _fd.ReadAt(buffer, at);
            _sha256.AppendData(buffer, 0, count);
            at += count;
        }
    }

    /// <summary>Keeps the manifest, however the session ends, because a fragment is about to exist.</summary>
    public void Keep() => _isBare = false;

    public void Add(in Fragment fragment)
    {
        Keep();
        Append(ManifestText.Of(_archive, fragment, ManifestText.Now()));
    }

    /// <summary>Writes the closing line, which makes the archive complete.</summary>
    public void Close(ManifestEnd end)
    {
        Keep();
        var text = ManifestText.Of(end);
        _sha256.AppendData(RawText.Encode(text));
        var line = $"{text}{Convert.ToHexStringLower(_sha256.GetCurrentHash())}\n";
        Append(line);
        _fd.Truncate(_length);
        var last = RawText.Encode(line);
        var isClosed = false;
        _retry.Persist(_archive.Directory, () =>
        {
            if (isClosed)
            {
                // A failed close may have lost data, so the last lines are written again.
                _fd = Fd.Open(_archive.Manifest, OpenFlags.WriteOnly | OpenFlags.NoTerminal);
                _fd.WriteAllAt(last, _length - last.Length);
                _fd.SyncData();
            }

            isClosed = true;
            _fd.Close();
        });
    }

    public void Dispose()
    {
        if (_isBare)
        {
            Paths.TryRemove(_archive.Manifest); // if it stays, it describes an incomplete archive
        }

        _fd?.Dispose();
        _sha256.Dispose();
    }

    private void Open()
    {
        SharedManifest.CheckName(_archive);
        _retry.Persist(_archive.Directory, () => _fd = OpenOrCreate());
        if (!_fd.TryLockWithRetry())
        {
            Dispose();
            throw new Failure(ExitCode.Objects, $"{_archive.Path}: another process is writing this archive", "a server whose client was killed releases it within half a minute");
        }
    }

    private Fd OpenOrCreate()
    {
        try
        {
            return Fd.Open(_archive.Manifest, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoTerminal, Permissions.Default);
        }
        catch (LinuxException e) when (e.Errno == Errno.NoEntry)
        {
            // The file would have been created: its directory is missing.
            throw new LinuxException(e.Call, Paths.OrHere(_archive.Directory), e.Errno);
        }
    }

    /// <summary>Whether the open file still has its name: the previous holder of the lock may have removed it.</summary>
    private bool IsNamed() => FileStatus.Of(_archive.Manifest) is { } named && FileStatus.Of(_fd) is var own && (named.Device, named.Inode) == (own.Device, own.Inode);

    private void Append(string lines)
    {
        var bytes = RawText.Encode(lines);
        _retry.Persist(_archive.Directory, () =>
        {
            Reserve(_length + bytes.Length);
            _fd.WriteAllAt(bytes, _length);
            _fd.SyncData();
        });
        _length += bytes.Length;
        _sha256.AppendData(bytes);
    }

    /// <summary>Reserves space for lines, so that fragments do not take it.</summary>
    private void Reserve(long end)
    {
        const int step = 256 * 1024;
        if (end > _reserved)
        {
            try
            {
                _fd.TryReserve(_length, end + step - _length);
            }
            catch (LinuxException e) when (e.IsNoSpace)
            {
                // The next lines may still fit.
            }

            _reserved = end + step;
        }
    }
}

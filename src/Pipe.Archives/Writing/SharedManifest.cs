using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>Handles a manifest that is shared with another archive, as after a copy made with links. The shared file is never written.</summary>
internal static class SharedManifest
{
    /// <exception cref="Failure">The manifest's name is a symbolic link to that of another archive.</exception>
    public static void CheckName(ArchiveName archive)
    {
        if (FileStatus.OfName(archive.Manifest) is { IsLink: true })
        {
            throw new Failure(
                ExitCode.Objects,
                $"{archive.Manifest}: is a symbolic link, and the archive is where it leads to",
                "name that archive instead; rm(1) removes the link");
        }
    }

    /// <summary>Gives the manifest a file of its own if it has several hard links.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="manifest">The open manifest, locked.</param>
    /// <returns>The file that now has the name, locked.</returns>
    public static Fd Unshare(ArchiveName archive, Fd manifest)
    {
        var status = FileStatus.Of(manifest);
        if (status.Links < 2)
        {
            return manifest;
        }

        using var file = AtomicFile.CreateAnew(Folder.Of(archive.Manifest), archive.ManifestPart, status.Permissions, OpenFlags.ReadWrite, archive.Manifest);
        var own = file.Fd.Duplicate();
        try
        {
            own.TryLock();
            Copy(manifest, own);
            file.Commit(Paths.NameOf(archive.Manifest));
        }
        catch
        {
            own.Dispose();
            throw;
        }

        manifest.Dispose();
        return own;
    }

    private static void Copy(Fd from, Fd to)
    {
        var buffer = new byte[1 << 20];
        for (var (at, count) = (0L, 0); (count = from.ReadAt(buffer, at)) > 0; at += count)
        {
            to.WriteAllAt(buffer.AsSpan(0, count), at);
        }
    }
}

using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Opens a target anew and reads it for a check, past the page cache where the file system can do that. The target has to be synced before.
/// Several threads may read at once.
/// </summary>
internal sealed class TargetReader : IDisposable
{
    /// <summary>Offset, length and memory of a read past the page cache are multiples of this.</summary>
    public const int Alignment = 4096;

    private readonly Fd _fd;

    private TargetReader(Fd fd, string warning) => (_fd, Warning) = (fd, warning);

    /// <summary>The reason, for the user, why reads do not go past the page cache; empty if they do.</summary>
    public string Warning { get; }

    /// <param name="target">The target, open in any way; it may have another name by now. Not owned.</param>
    /// <exception cref="Failure">The target cannot be opened.</exception>
    public static TargetReader Open(Fd target)
    {
        var name = target.Name;
        try
        {
            var path = ProcessFile.PathOf(target.Number);
            var direct = Fd.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.Direct, name: name);
            var fd = direct ?? Fd.Open(path, OpenFlags.ReadOnly, name: name);
            var isInMemory = FileStatus.Of(fd).IsRegular && FileSystemOf(fd) is ("tmpfs" or "ramfs");

            // Where the file system reads through the cache after all, it at least reads from the disk again.
            fd.DropCache();
            return new TargetReader(
                fd,
                isInMemory ? $"{name}: is in memory, so no disk was read"
                : direct is null ? $"{name}: this file system has no reads past the page cache"
                : "");
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <summary>Reads from an offset into page-aligned memory; returns fewer bytes than wanted only at the end of the target.</summary>
    /// <param name="buffer">Has room for the wanted bytes, rounded up to <see cref="Alignment"/>; more than is wanted may be read into it.</param>
    /// <param name="offset">A multiple of <see cref="Alignment"/>.</param>
    /// <param name="wanted">The number of bytes wanted.</param>
    /// <exception cref="Failure">The read failed.</exception>
    public int Read(Span<byte> buffer, long offset, int wanted)
    {
        buffer = buffer[..((wanted + Alignment - 1) / Alignment * Alignment)];
        var done = 0;
        try
        {
            for (int count; done < wanted && (count = _fd.ReadSomeAt(buffer[done..], offset + done)) > 0;)
            {
                done += count;
            }
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }

        return Math.Min(done, wanted);
    }

    public void Dispose() => _fd.Dispose();

    /// <summary>The type of the file system; empty if it is not listed.</summary>
    private static string FileSystemOf(Fd fd)
    {
        var number = DeviceUse.Text(FileStatus.Of(fd).Device);
        return MountLine.Parse(RawText.Decode(ProcessFile.Read("mountinfo"))).LastOrDefault(mount => mount.Number == number)?.FileSystem ?? "";
    }
}

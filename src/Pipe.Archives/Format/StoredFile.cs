using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Opens the files of an archive. Refuses to open anything but a regular file: a fifo would wait for a writer, and a device might start to move. Checks
/// the type before the open, because some data migration systems answer a non-blocking open with EAGAIN.
/// </summary>
internal static class StoredFile
{
    /// <exception cref="LinuxException">The file does not exist, or may not be opened.</exception>
    /// <exception cref="Failure">It is not a regular file, or is on tape and therefore cannot be opened.</exception>
    public static Fd Open(string path, int flags = OpenFlags.ReadOnly)
    {
        using var place = Fd.Open(path, OpenFlags.PathOnly);
        var (status, itself) = (Checked(place), ProcessFile.PathOf(place.Number));
        try
        {
            return Fd.Open(itself, flags | OpenFlags.NoTerminal, name: path);
        }
        catch (LinuxException e) when (e.Errno != Errno.AccessDenied && MayBeOnTape(status))
        {
            throw OnTape(path, LinuxException.Describe(e.Errno));
        }
    }

    /// <summary>The status of a file without opening it.</summary>
    /// <exception cref="LinuxException">The file does not exist.</exception>
    /// <exception cref="Failure">It is not a regular file.</exception>
    public static FileStatus StatusOf(string path)
    {
        using var place = Fd.Open(path, OpenFlags.PathOnly);
        return Checked(place);
    }

    /// <summary>
    /// A guess: the file takes no space on disk. A small file may be stored in its inode, and a file truncated and extended again looks the same.
    /// </summary>
    public static bool MayBeOnTape(in FileStatus status) => status is { Blocks: 0, Size: > 0 };

    public static Failure OnTape(string path, string cause) =>
        new(ExitCode.Objects, $"{path}: may be on tape, it takes no space on disk: {cause}", $"{OptionWord.Hsm} SYSTEM recalls it before it is read");

    private static FileStatus Checked(Fd place) => FileStatus.Of(place) is { IsRegular: true } status
        ? status
        : throw new Failure(ExitCode.Integrity, $"{place.Name}: is {Kind(FileStatus.Of(place))} and not a file");

    private static string Kind(in FileStatus status) =>
        status.IsPipe ? "a fifo" : status.IsSocket ? "a socket" : status.IsDirectory ? "a directory" : "a device";
}

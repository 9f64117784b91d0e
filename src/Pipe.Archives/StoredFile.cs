using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Opens the files of an archive. Whatever else has the name of one is not opened: a fifo would wait for a writer, a device might be set
/// in motion. The kind is asked first and not after an open that does not block, which some data migration systems answer with EAGAIN.
/// </summary>
internal static class StoredFile
{
    /// <exception cref="LinuxException">It is not there, or may not be opened.</exception>
    /// <exception cref="Failure">It is no regular file, or one that is on tape and cannot be opened for that.</exception>
    public static Fd Open(string path, int flags = OpenFlags.ReadOnly)
    {
        using var place = Fd.Open(path, OpenFlags.PathOnly);
        var status = Checked(place);
        try
        {
            return Fd.Open($"/proc/self/fd/{place.Number}", flags | OpenFlags.NoTerminal, name: path);
        }
        catch (LinuxException e) when (e.Errno != Errno.AccessDenied && MayBeOnTape(status))
        {
            throw OnTape(path, LinuxException.Describe(e.Errno));
        }
    }

    /// <summary>What there is to know of one that stays closed.</summary>
    /// <exception cref="LinuxException">It is not there.</exception>
    /// <exception cref="Failure">It is no regular file.</exception>
    public static FileStatus StatusOf(string path)
    {
        using var place = Fd.Open(path, OpenFlags.PathOnly);
        return Checked(place);
    }

    /// <summary>A guess: it takes no space on disk. What is small may lie in its inode, and what is cut and stretched again looks the same.</summary>
    public static bool MayBeOnTape(in FileStatus status) => status is { Blocks: 0, Size: > 0 };

    public static Failure OnTape(string path, string cause) =>
        new(ExitCode.Objects, $"{path}: may be on tape, it takes no space on disk: {cause}", $"{OptionWord.Hsm} SYSTEM recalls it before it is read");

    private static FileStatus Checked(Fd place) => FileStatus.Of(place) is { IsRegular: true } status
        ? status
        : throw new Failure(ExitCode.Integrity, $"{place.Name}: is {Kind(FileStatus.Of(place))} and not a file");

    private static string Kind(in FileStatus status) =>
        status.IsPipe ? "a fifo" : status.IsSocket ? "a socket" : status.IsDirectory ? "a directory" : "a device";
}

using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Refuses a target that a clone must not overwrite: a device that is too small or in use, the disk of the running system, a name below /dev
/// that is not a device. Runs on the node, before its first byte is written.
/// </summary>
internal static class TargetCheck
{
    private const string DeviceFolder = "/dev/";

    /// <param name="path">The file or device.</param>
    /// <param name="size">The size of the source; -1 if unknown.</param>
    /// <exception cref="Failure">The target is refused.</exception>
    public static void Check(string path, long size)
    {
        try
        {
            switch (FileStatus.Of(path))
            {
                case null when path.StartsWith(DeviceFolder, StringComparison.Ordinal) && !IsInMemory(path):
                    throw new Failure(ExitCode.Objects, $"{path}: no such device");
                case { IsDirectory: true }:
                    throw new Failure(ExitCode.Objects, $"{path}: is a directory");
                case { IsBlockDevice: true } device:
                    CheckDevice(path, device, size);
                    break;
            }
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    private static void CheckDevice(string path, in FileStatus device, long size)
    {
        if (DeviceUse.Now().Of(DeviceUse.Text(device.Number)) is { Length: > 0 } use)
        {
            throw InUse(path, use);
        }

        // An exclusive open of a device fails if the kernel uses it in any way, even one that the search above does not know.
        using var fd = Fd.TryOpen(path, OpenFlags.ReadWrite | OpenFlags.Exclusive | OpenFlags.NoTerminal) ?? throw Refused(path);
        if (fd.DeviceSize() is var room && room < size)
        {
            throw new Failure(ExitCode.NoSpace, $"{path}: the device has {room} bytes, the source {size}");
        }
    }

    private static Failure Refused(string path)
    {
        var cause = LinuxException.Last("open", path);
        return cause.Errno == Errno.Busy ? InUse(path, "it is in use") : Failure.Of(cause);
    }

    private static Failure InUse(string path, string use) =>
        new(ExitCode.Objects, $"{path}: {use}", use.EndsWith(" on /", StringComparison.Ordinal) ? "this is the disk of the running system" : "unmount it first");

    /// <summary>Whether the path is below a file system in memory, such as /dev/shm.</summary>
    private static bool IsInMemory(string path) =>
        FileStatus.Of(DeviceFolder) is { } devices && FileStatus.Of(Paths.DirectoryOf(path)) is { } folder && folder.Device != devices.Device;
}

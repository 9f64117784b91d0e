using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Refuses files and devices that a clone would destroy. Throws <see cref="Failure"/>.</summary>
internal sealed class CloneRefusals(CloneSetup setup)
{
    private const string ForceHint = "unmount it, or add --force";

    /// <summary>Checks the destination once it is open.</summary>
    public void CheckDestination(in FileStatus status)
    {
        CheckKind(setup.Destination, status);
        if (IsSource(status))
        {
            throw new Failure(ExitCode.Usage, $"{setup.Destination}: the destination is the source");
        }

        CheckMount(setup.Destination, status);
    }

    /// <summary>
    /// Opens the destination exclusively if it is a device; null for files, and if the user forces it. A mount, swap space, or a partition of the device in use
    /// prevents it; while the result is open, it prevents them.
    /// </summary>
    public Fd? Reserve(in FileStatus status)
    {
        if (!status.IsBlockDevice || setup.Force)
        {
            return null;
        }

        try
        {
            return Fd.Open(setup.Destination, OpenFlags.ReadWrite | OpenFlags.Exclusive);
        }
        catch (LinuxException e) when (e.Errno == Errno.Busy)
        {
            throw new Failure(ExitCode.Usage, $"{setup.Destination}: it is in use, whole or in part", ForceHint);
        }
    }

    /// <summary>Checks the metadata before they are opened.</summary>
    /// <param name="metadata">Their status; null if they do not exist.</param>
    /// <param name="destination">The status of the destination.</param>
    public void CheckMetadata(FileStatus? metadata, in FileStatus destination)
    {
        if (metadata is not { } status)
        {
            return;
        }

        CheckKind(setup.Metadata, status);
        if (IsSame(status, destination) || IsSource(status))
        {
            throw new Failure(ExitCode.Usage, $"{setup.Metadata}: the metadata would overwrite the {(IsSource(status) ? "source" : "destination")}");
        }

        CheckMount(setup.Metadata, status);
    }

    private static void CheckKind(string name, in FileStatus status)
    {
        if (!status.IsRegular && !status.IsBlockDevice)
        {
            throw new Failure(ExitCode.Usage, $"{name}: neither a file nor a block device");
        }
    }

    private void CheckMount(string name, in FileStatus status)
    {
        if (!setup.Force && Mounts.Find(status) is { } mount)
        {
            throw new Failure(ExitCode.Usage, $"{name}: it is mounted on {mount.Place}", ForceHint);
        }
    }

    private bool IsSource(in FileStatus status) => setup.SourcePath.Length > 0 && FileStatus.Of(setup.SourcePath) is { } source && IsSame(source, status);

    private static bool IsSame(in FileStatus a, in FileStatus b) =>
        a.IsBlockDevice || b.IsBlockDevice ? a.IsBlockDevice && b.IsBlockDevice && a.Number == b.Number : (a.Device, a.Inode) == (b.Device, b.Inode);
}

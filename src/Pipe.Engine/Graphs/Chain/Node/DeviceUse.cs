using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Finds what uses a block device: a mounted file system or swap space on the device itself, on one of its partitions, or on a device that is
/// built on it, such as a logical volume.
/// </summary>
/// <param name="devices">The directory /sys/dev/block, see sysfs(5).</param>
/// <param name="mounts">The text of /proc/self/mountinfo, see proc(5).</param>
/// <param name="swaps">The text of /proc/swaps.</param>
/// <param name="numberOf">Returns the number of a block device, "MAJOR:MINOR"; null if the path is not one.</param>
internal sealed class DeviceUse(string devices, string mounts, string swaps, Func<string, string?> numberOf)
{
    private const int DeepestStack = 16;
    private readonly MountLine[] _mounts = [.. MountLine.Parse(mounts)];

    /// <summary>The state of this system.</summary>
    public static DeviceUse Now()
    {
        var mounts = RawText.Decode(ProcessFile.Read("mountinfo"));
        return new DeviceUse("/sys/dev/block", mounts, File.Exists("/proc/swaps") ? File.ReadAllText("/proc/swaps") : "", NumberOf);
    }

    /// <summary>Returns the use in words, such as "sda2 is mounted on /"; empty if none was found.</summary>
    /// <param name="number">The number of the device, "MAJOR:MINOR".</param>
    public string Of(string number) => Of(number, 0);

    /// <summary>The number in the form of /proc and /sys.</summary>
    public static string Text(ulong number) => string.Create(CultureInfo.InvariantCulture, $"{number >> 32}:{number & uint.MaxValue}");

    private string Of(string number, int depth)
    {
        var folder = Path.Combine(devices, number);
        if (OwnUse(number) is { Length: > 0 } use)
        {
            return $"{NameOf(folder)} {use}";
        }

        return depth > DeepestStack ? "" : Above(folder).Select(other => Of(other, depth + 1)).FirstOrDefault(static found => found.Length > 0, "");
    }

    private string OwnUse(string number)
    {
        // The device of a file system such as btrfs has a number of its own, so the name of the source counts too.
        if (Array.Find(_mounts, mount => mount.Number == number || (mount.Source.StartsWith('/') && numberOf(mount.Source) == number)) is { } found)
        {
            return $"is mounted on {found.Place}";
        }

        return swaps.Split('\n').Any(line => line.StartsWith('/') && numberOf(line.Split(' ', '\t')[0]) == number) ? "is swap space" : "";
    }

    /// <summary>The numbers of the partitions of a device and of the devices that are built on it.</summary>
    private static IEnumerable<string> Above(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var holders = Path.Combine(folder, "holders");
        return Directory.GetDirectories(folder).Where(static part => File.Exists(Path.Combine(part, "partition")))
            .Concat(Directory.Exists(holders) ? Directory.GetDirectories(holders) : [])
            .Select(static part => Path.Combine(part, "dev"))
            .Where(File.Exists)
            .Select(static file => File.ReadAllText(file).Trim());
    }

    private static string NameOf(string folder) =>
        Path.GetFileName(Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder);

    private static string? NumberOf(string path)
    {
        try
        {
            return FileStatus.Of(path) is { IsBlockDevice: true } status ? Text(status.Number) : null;
        }
        catch (LinuxException)
        {
            return null;
        }
    }
}

using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Looks up mounted file systems.</summary>
internal static class Mounts
{
    /// <summary>Returns the mount point of a block device; null if it is not mounted.</summary>
    public static (string Place, bool IsWritable)? Find(in FileStatus device)
    {
        if (!device.IsBlockDevice)
        {
            return null;
        }

        try
        {
            return Find(RawText.Decode(ProcessFile.Read("mountinfo")), device.Number);
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    /// <summary>Searches the text of mountinfo, see proc(5). A writable mount takes precedence over a read-only one.</summary>
    internal static (string Place, bool IsWritable)? Find(string text, ulong number)
    {
        var wanted = DeviceUse.Text(number);
        (string Place, bool IsWritable)? found = null;
        foreach (var mount in MountLine.Parse(text).Where(mount => mount.Number == wanted))
        {
            var isWritable = mount.Options.Split(',').Contains("rw");
            found = found is null || isWritable ? (mount.Place, isWritable) : found;
        }

        return found;
    }
}

using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Looks up mounted file systems.</summary>
internal static class Mounts
{
    private const int DeviceField = 2;
    private const int PlaceField = 4;
    private const int OptionsField = 5;

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
        var wanted = string.Create(CultureInfo.InvariantCulture, $"{number >> 32}:{number & uint.MaxValue}");
        (string Place, bool IsWritable)? found = null;
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split(' ');
            if (fields.Length > OptionsField && fields[DeviceField] == wanted)
            {
                var isWritable = fields[OptionsField].Split(',').Contains("rw");
                found = found is null || isWritable ? (fields[PlaceField], isWritable) : found;
            }
        }

        return found;
    }
}

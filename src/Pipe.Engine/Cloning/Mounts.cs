using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What the kernel says is mounted.</summary>
internal static class Mounts
{
    private const int DeviceField = 2;
    private const int PlaceField = 4;
    private const int OptionsField = 5;

    /// <summary>Where a block device is mounted; null if it is not.</summary>
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

    /// <summary>From the text of proc(5)'s mountinfo. Writable counts before read-only.</summary>
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

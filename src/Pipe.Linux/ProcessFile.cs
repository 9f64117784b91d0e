namespace Pipe.Linux;

/// <summary>
/// What the system says about this process, from proc(5). Read by hand: each start reads some, and what .NET has for files would be
/// loaded for nothing else.
/// </summary>
internal static class ProcessFile
{
    private const int FirstSize = 4096;

    /// <summary>The whole of a file of /proc/self, whose size nobody knows before its end.</summary>
    /// <exception cref="LinuxException"/>
    public static byte[] Read(string name)
    {
        using var file = Fd.Open($"/proc/self/{name}", OpenFlags.ReadOnly);
        var bytes = new byte[FirstSize];
        var length = 0;
        for (int count; (count = file.Read(bytes.AsSpan(length))) > 0;)
        {
            length += count;
            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, 2 * length);
            }
        }

        return bytes[..length];
    }
}

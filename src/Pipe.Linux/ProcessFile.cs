namespace Pipe.Linux;

/// <summary>
/// Files below /proc/self, see proc(5). Read with plain system calls: every start reads some, and would otherwise load the file classes
/// of .NET for nothing else.
/// </summary>
internal static class ProcessFile
{
    private const int FirstSize = 4096;

    /// <summary>Reads a whole file of /proc/self; its size is unknown in advance.</summary>
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

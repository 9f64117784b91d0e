using System.Globalization;

namespace Pipe.Linux;

/// <summary>
/// Files below /proc/self, see proc(5). Read with plain system calls: every start reads some, and would otherwise load the file classes
/// of .NET for nothing else.
/// </summary>
internal static class ProcessFile
{
    private const int FirstSize = 4096;
    private const string Descriptors = "/proc/self/fd";
    private static bool _isMounted;

    /// <summary>The path to an open file itself, for a call that takes no descriptor.</summary>
    /// <exception cref="LinuxException">/proc is not mounted: the call would fail as if the file did not exist.</exception>
    public static string PathOf(int descriptor)
    {
        _isMounted = _isMounted || FileStatus.Of(Descriptors) is not null;
        return _isMounted
            ? string.Create(CultureInfo.InvariantCulture, $"{Descriptors}/{descriptor}")
            : throw new LinuxException("open", Descriptors, Errno.NoEntry);
    }

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

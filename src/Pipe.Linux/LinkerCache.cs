using System.Text;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>The cache of ldconfig(8), which lists the shared libraries of this host. A lookup costs a fraction of loading a library.</summary>
internal static class LinkerCache
{
    private const string Cache = "/etc/ld.so.cache";
    private const int HeaderSize = 20;

    /// <summary>Whether the cache has the library for the architecture of this program. Also false if the host has no cache.</summary>
    public static bool Has(string library)
    {
        try
        {
            return PathsOf(File.ReadAllBytes(Cache), library).Any(IsForThisMachine);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The cache ends with a table of strings; the name of a library is the end of its path, or precedes it.</summary>
    private static List<string> PathsOf(ReadOnlySpan<byte> cache, string library)
    {
        var found = new List<string>();
        var name = Encoding.ASCII.GetBytes($"/{library}\0");
        for (int at; (at = cache.IndexOf(name)) >= 0; cache = cache[(at + name.Length)..])
        {
            var start = cache[..at].LastIndexOf((byte)0) + 1;
            found.Add(RawText.Decode(cache[start..(at + name.Length - 1)]));
        }

        return found;
    }

    private static bool IsForThisMachine(string path) => Header(path) is { } header && header == Header("/proc/self/exe");

    /// <summary>Magic number, width, byte order and machine of an ELF file; null for other files.</summary>
    private static (uint Magic, ushort Format, ushort Machine)? Header(string path)
    {
        var bytes = new byte[HeaderSize];
        using var file = File.OpenHandle(path);
        return RandomAccess.Read(file, bytes, 0) == HeaderSize && bytes.AsSpan(1).StartsWith("ELF"u8)
            ? (BitConverter.ToUInt32(bytes, 0), BitConverter.ToUInt16(bytes, 4), BitConverter.ToUInt16(bytes, 18))
            : null;
    }
}

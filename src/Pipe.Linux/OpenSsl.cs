using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>The OpenSSL library of this host. The runtime loads it at the first use of cryptography, and aborts the process if it is missing.</summary>
internal static class OpenSsl
{
    private const string Library = "libssl.so.";

    private static readonly Lazy<bool> Loaded = new(() => Versions().Any(version => NativeLibrary.TryLoad(Library + version, out _)));

    /// <summary>Whether the library can be loaded; it then stays loaded.</summary>
    public static bool IsAvailable => Loaded.Value;

    /// <summary>Whether the library is installed. Loads it only if the cache does not list it.</summary>
    public static bool IsInstalled => Loaded.IsValueCreated ? IsAvailable : Versions().Any(static version => LinkerCache.Has(Library + version)) || IsAvailable;

    /// <summary>The versions that the runtime tries, in its order.</summary>
    private static IEnumerable<string> Versions() =>
        Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE") is { Length: > 0 } chosen
            ? [chosen, "3", "1.1"]
            : ["3", "1.1", "1.0.2", "1.0.0", "10"];
}

using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>The OpenSSL of this host. The runtime loads it for its cryptography at the first use, and aborts the process if there is none.</summary>
internal static class OpenSsl
{
    private const string Library = "libssl.so.";

    private static readonly Lazy<bool> Loaded = new(() => Versions().Any(version => NativeLibrary.TryLoad(Library + version, out _)));

    /// <summary>Whether it can be loaded; it stays loaded.</summary>
    public static bool IsThere => Loaded.Value;

    /// <summary>Whether it is installed. It is loaded only if there is no cheaper way to tell.</summary>
    public static bool IsInstalled => Loaded.IsValueCreated ? IsThere : Versions().Any(static version => LinkerCache.Has(Library + version)) || IsThere;

    /// <summary>Those that the runtime tries.</summary>
    private static IEnumerable<string> Versions() =>
        Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE") is { Length: > 0 } chosen
            ? [chosen, "3", "1.1"]
            : ["3", "1.1", "1.0.2", "1.0.0", "10"];
}

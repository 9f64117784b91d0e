namespace Pipe.Linux;

/// <summary>The limits of this process; see getrlimit(2).</summary>
internal static class ResourceLimits
{
    private const int Usual = 1024;

    /// <summary>Descriptors that may be open at the same time.</summary>
    public static int OpenFiles { get; } = ReadOpenFiles();

    private static unsafe int ReadOpenFiles()
    {
        var limits = stackalloc ulong[2];
        return Sys.GetLimit(Sys.LimitOfOpenFiles, limits) == 0 ? (int)Math.Min(limits[0], int.MaxValue) : Usual;
    }
}

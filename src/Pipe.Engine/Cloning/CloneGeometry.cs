using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The division of a clone into regions of equal size, a power of two. The last region may be shorter.</summary>
/// <param name="Size">Size of the clone in bytes.</param>
/// <param name="Region">Size of a region in bytes.</param>
internal readonly record struct CloneGeometry(long Size, long Region)
{
    public const long LeastRegion = 4 << 10;
    public const long MostRegion = 1 << 30;
    public const long DefaultRegion = 64 << 10;
    public const long MostRegions = 1L << 31;
    public const int Sector = 512;

    public long Regions => (Size + Region - 1) / Region;

    public long Sectors => (Size + Sector - 1) / Sector;

    public long RegionOf(long offset) => offset / Region;

    public long OffsetOf(long region) => region * Region;

    public long LengthOf(long region) => Math.Min(Region, Size - OffsetOf(region));

    /// <summary>The end offset of a region.</summary>
    public long EndOf(long region) => Math.Min(Size, OffsetOf(region + 1));

    /// <summary>The first region completely inside a range that begins at <paramref name="offset"/>.</summary>
    public long FirstInside(long offset) => (offset + Region - 1) / Region;

    /// <summary>
    /// The region after the last one completely inside a range that ends at <paramref name="end"/>. A short last region is inside if the range
    /// reaches the end of the clone.
    /// </summary>
    public long EndInside(long end) => end >= Size ? Regions : end / Region;

    /// <exception cref="Failure">The sizes are not valid for a clone.</exception>
    public void Check()
    {
        if (Region is < LeastRegion or > MostRegion)
        {
            throw new Failure(ExitCode.Usage, $"--region: {Region}: not between 4k and 1g", Region is >= LeastRegion / Sector and < LeastRegion ? $"the size is in bytes: {Region} sectors are {Region * Sector}" : "");
        }

        if (!long.IsPow2(Region))
        {
            throw new Failure(ExitCode.Usage, $"--region: {Region}: not a power of two");
        }

        if (Regions > MostRegions)
        {
            throw new Failure(ExitCode.Usage, $"{Regions} regions are more than {MostRegions}", "choose larger regions with --region");
        }
    }
}

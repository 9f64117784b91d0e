using System.Globalization;
using System.Text;

namespace Pipe.Engine;

/// <summary>Formats the status line exactly like dm-clone, because programs parse it by field position.</summary>
internal static class StatusLine
{
    private const int MetadataBlockSectors = 8;

    public static string Of(CloneFigures figures)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"0 {figures.Geometry.Sectors} clone ");
        if (figures.Mode == CloneMode.Failed)
        {
            return head + "Fail";
        }

        var line = new StringBuilder(head);
        line.Append(CultureInfo.InvariantCulture, $"{MetadataBlockSectors} {figures.MetadataUsed}/{figures.MetadataBlocks} ");
        line.Append(CultureInfo.InvariantCulture, $"{figures.Geometry.Region / CloneGeometry.Sector} {figures.Hydrated}/{figures.Geometry.Regions} {figures.Hydrating} ");
        var features = Features(figures.Terms);
        line.Append(CultureInfo.InvariantCulture, $"{features.Count} ");
        features.ForEach(feature => line.Append(feature).Append(' '));
        line.Append(CultureInfo.InvariantCulture, $"4 hydration_threshold {figures.Terms.Threshold} hydration_batch_size {figures.Terms.Batch} ");
        return line.Append(figures.Mode == CloneMode.ReadWrite ? "rw" : "ro").ToString();
    }

    private static List<string> Features(CloneTerms terms)
    {
        var features = new List<string>();
        if (!terms.IsHydrationEnabled)
        {
            features.Add("no_hydration");
        }

        if (!terms.PassesDiscards)
        {
            features.Add("no_discard_passdown");
        }

        return features;
    }
}

/// <summary>A snapshot of the state of a clone.</summary>
internal sealed record CloneFigures(CloneGeometry Geometry, CloneTerms Terms, CloneMode Mode)
{
    public long Hydrated { get; init; }

    /// <summary>Number of regions in flight.</summary>
    public long Hydrating { get; init; }

    public long MetadataUsed { get; init; }

    public long MetadataBlocks { get; init; }

    public long BytesRead { get; init; }

    public long ServedRemote { get; init; }

    public long Failures { get; init; }

    public long Commits { get; init; }

    public bool IsSourceLost { get; init; }

    /// <summary>Bytes in flight for background hydration.</summary>
    public long BackgroundBytes { get; init; }

    /// <summary>Maximum bytes in flight for background hydration, unless the user has set a threshold.</summary>
    public long WindowBytes { get; init; }

    /// <summary>Memory of the bitmaps in bytes; 0 once all is hydrated and they are released.</summary>
    public long BitmapBytes { get; init; }

    /// <summary>Milliseconds since the last commit.</summary>
    public long CommitAge { get; init; }
}

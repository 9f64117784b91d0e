using System.Globalization;
using Pipe.Engine;

namespace Pipe.Lazyclone;

/// <summary>Formats the status of a clone as JSON, with more details than the status line.</summary>
internal static class StatusJson
{
    public static string Of(CloneFigures figures) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"bytes\":{figures.Geometry.Size},\"region\":{figures.Geometry.Region},\"regions\":{figures.Geometry.Regions},\"hydrated\":{figures.Hydrated},\"hydrating\":{figures.Hydrating},\"mode\":\"{Mode(figures.Mode)}\",\"hydration\":{Word(figures.Terms.IsHydrationEnabled)},\"source_bytes\":{figures.BytesRead},\"source_lost\":{Word(figures.IsSourceLost)},\"served_from_source\":{figures.ServedRemote},\"failures\":{figures.Failures},\"commits\":{figures.Commits},\"commit_age_ms\":{figures.CommitAge},\"background_bytes\":{figures.BackgroundBytes},\"window_bytes\":{figures.WindowBytes},\"bitmap_bytes\":{figures.BitmapBytes}}}");

    private static string Mode(CloneMode mode) => mode switch
    {
        CloneMode.ReadWrite => "rw",
        CloneMode.ReadOnly => "ro",
        _ => "fail",
    };

    private static string Word(bool value) => value ? "true" : "false";
}

namespace Pipe.Engine;

/// <summary>A line of mountinfo, see proc(5).</summary>
/// <param name="Number">The number of the device, "MAJOR:MINOR".</param>
/// <param name="Place">The mount point.</param>
/// <param name="Options">The mount options, separated by commas.</param>
/// <param name="FileSystem">The type of the file system.</param>
/// <param name="Source">The device, or another name for the mounted file system.</param>
internal sealed record MountLine(string Number, string Place, string Options, string FileSystem, string Source)
{
    private const int NumberField = 2;
    private const int PlaceField = 4;
    private const int OptionsField = 5;

    /// <summary>Parses the text of mountinfo.</summary>
    public static IEnumerable<MountLine> Parse(string text) =>
        text.Split('\n').Select(static line => line.Split(' ')).Where(static fields => fields.Length > OptionsField).Select(Of);

    /// <summary>The type and the source follow a separator, because the number of fields before it varies.</summary>
    private static MountLine Of(string[] fields)
    {
        var separator = Array.IndexOf(fields, "-");
        string[] after = separator < 0 ? [] : fields[(separator + 1)..];
        return new MountLine(fields[NumberField], fields[PlaceField], fields[OptionsField], after.ElementAtOrDefault(0) ?? "", after.ElementAtOrDefault(1) ?? "");
    }
}

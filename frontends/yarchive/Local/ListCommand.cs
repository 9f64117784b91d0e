using System.Text;
using Pipe.Archives;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Yarchive;

/// <summary>Lists an archive, or all archives of a directory: as a table, or a JSON object for each.</summary>
/// <param name="path">The archive or directory.</param>
/// <param name="isJson">Whether to print JSON.</param>
/// <param name="archiving">The data migration system to query for the fragments' states, if any.</param>
internal sealed class ListCommand(string path, bool isJson, Archiving archiving) : ILocalCommand
{
    private static readonly string[] Heading = ["NAME", "SIZE", "FRAGMENTS", "WHERE", "DATE", ""];

    public void Run(Action<string> answer, Action<string> waiting)
    {
        var archives = Catalog.At(path);
        var states = FragmentStates.Of(archiving, archives);
        var summaries = archives.Select(archive => ArchiveSummary.Of(archive, states)).Where(summary => summary.Fault is null || IsThere(summary));
        if (isJson)
        {
            foreach (var summary in summaries)
            {
                answer(Json(summary).ToString());
            }

            return;
        }

        answer(Table([Heading, .. summaries.Select(Cells)]));
    }

    /// <summary>All members that a script may need; used for lists and for information on one archive.</summary>
    public static JsonLine Json(ArchiveSummary summary) => new JsonLine()
        .Text("name", summary.Archive.Name)
        .Truth("complete", summary.IsComplete)
        .Truth("writing", summary.IsBeingWritten)
        .Number("size", summary.Size)
        .Number("fragments", summary.Fragments)
        .Number("on_tape", summary.Counts.OnTape)
        .Number("missing", summary.Counts.Missing)
        .Number("wrong", summary.Counts.Wrong)
        .Text("started", summary.Manifest?.Head.Started)
        .Text("finished", summary.Manifest?.End?.Time)
        .Text("filters", summary.Manifest is { } manifest ? string.Join(" | ", manifest.Head.Filters) : null)
        .Text("damage", summary.Fault?.Message);

    /// <summary>Summarizes the states of the fragments.</summary>
    public static string Where(ArchiveSummary summary) =>
        summary.Fragments == 0 ? "-"
        : summary.Counts.Missing > 0 ? summary.Counts.Wrong > 0 ? $"{summary.Counts.Missing} missing, {summary.Counts.Wrong} wrong" : $"{summary.Counts.Missing} missing"
        : summary.Counts.Wrong > 0 ? $"{summary.Counts.Wrong} wrong"
        : summary.Counts.OnTape == 0 ? "disk"
        : summary.Counts.OnTape == summary.Fragments ? "tape"
        : $"{summary.Counts.OnTape} on tape";

    /// <summary>A remark on the archive's state; empty for a complete one.</summary>
    public static string State(ArchiveSummary summary) =>
        summary.Fault is not null ? summary.IsDamaged ? "damaged manifest" : "unreadable manifest"
        : summary.IsComplete ? ""
        : summary.IsBeingWritten ? "being written"
        : "incomplete";

    /// <summary>Shortens a time like 2026-11-21T03:11:09Z.</summary>
    public static string Date(string time) => time.Length >= 20 ? $"{time[..10]} {time[11..16]}Z" : time;

    /// <summary>Another process may have removed the archive since the directory was read.</summary>
    private static bool IsThere(ArchiveSummary summary) => FileStatus.OfName(summary.Archive.Manifest) is not null;

    private static string[] Cells(ArchiveSummary summary) =>
    [
        RawText.Printable(summary.Archive.Name),
        ByteSize.Round(summary.Size),
        $"{summary.Fragments}",
        Where(summary),
        RawText.Printable(Date(summary.Time)),
        State(summary),
    ];

    /// <summary>Numbers are aligned to the right.</summary>
    private static string Table(List<string[]> rows)
    {
        var widths = Heading.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) => column is 1 or 2 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}

using System.Globalization;
using System.Text;
using Pipe.Archives;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Yarchive;

/// <summary>Prints everything about an archive that its manifest and its files' status show, and how to restore it without this program.</summary>
/// <param name="path">The archive.</param>
/// <param name="isJson">Whether to print JSON.</param>
/// <param name="withFragments">Whether to print a line for each fragment too.</param>
/// <param name="archiving">The data migration system to query for the fragments' states, if any.</param>
internal sealed class InfoCommand(string path, bool isJson, bool withFragments, Archiving archiving) : ILocalCommand
{
    private const int Portion = 64 * 1024;

    public void Run(Action<string> answer, Action<string> waiting)
    {
        var archive = Catalog.Named(path);
        var states = FragmentStates.Of(archiving, [archive]);
        var summary = ArchiveSummary.Of(archive, states);
        if (summary.Fault is { } fault && !summary.IsDamaged)
        {
            throw fault;
        }

        answer(isJson ? ListCommand.Json(summary).ToString() : Text(summary));
        if (withFragments)
        {
            PrintFragments(archive, states, answer);
        }
    }

    private static string Text(ArchiveSummary summary)
    {
        var text = new StringBuilder();
        Line("name", summary.Archive.Name);
        Line("state", ListCommand.State(summary) is { Length: > 0 } state ? state : "complete");
        Line("damage", summary.Fault?.Message ?? "");
        Line("size", string.Create(CultureInfo.InvariantCulture, $"{summary.Size} bytes, {ByteSize.Round(summary.Size)}"));
        Line("fragments", $"{summary.Fragments}");
        Line("where", ListCommand.Where(summary));
        if (summary.Manifest is { } manifest)
        {
            Line("cut", $"{ByteSize.Print(manifest.Head.FragmentSize)}{(manifest.Head.Stub > 0 ? $", stub {ByteSize.Print(manifest.Head.Stub)}" : "")}");
            manifest.Head.Filters.ToList().ForEach(filter => Line("filter", filter));
            Line("made by", manifest.Head.Made);
            Line("started", manifest.Head.Started);
            Line("finished", manifest.End?.Time ?? "");
            Line("digest", manifest.End is { } end ? $"xxh128 {end.Stream}" : "");
            Line("index", FileStatus.Of(summary.Archive.Index) is null ? "" : "there");
            if (!summary.IsComplete)
            {
                return text.ToString();
            }

            text.Append("without this program, in its directory:\n  ").Append(Restoration.Line(summary.Archive.Name, summary.Fragments, manifest.Head.Filters)).Append('\n');
        }

        return text.ToString();

        void Line(string key, string value) => text.Append(value.Length > 0 ? $"{key,-10} {RawText.Printable(value)}\n" : "");
    }

    /// <summary>Prints a line for each fragment, without keeping them all in memory.</summary>
    private void PrintFragments(ArchiveName archive, IReadOnlyDictionary<string, MigrationState>? states, Action<string> answer)
    {
        using var whereabouts = new Whereabouts(states);
        var text = new StringBuilder(2 * Portion);
        Manifest.Visit(archive, (in Fragment fragment) =>
        {
            Print(text, archive, fragment, whereabouts.Of(archive, fragment));
            if (text.Length > Portion)
            {
                answer(text.ToString());
                text.Clear();
            }
        });
        answer(text.ToString());
    }

    private void Print(StringBuilder text, ArchiveName archive, in Fragment fragment, Whereabout where)
    {
        if (isJson)
        {
            text.Append(new JsonLine()
                .Number("fragment", fragment.Number).Text("path", fragment.Path(archive)).Number("offset", fragment.Offset).Number("size", fragment.Size)
                .Text("where", Word(where)).Text("sha256", ManifestText.Hex(fragment.Sha256)));
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"{fragment.Number,6} {fragment.Offset,16} {fragment.Size,14} {Word(where),-8} {RawText.Printable(fragment.Path(archive))}\n");
    }

    private static string Word(Whereabout where) => where switch
    {
        Whereabout.OnDisk => "disk",
        Whereabout.OnTape => "tape",
        Whereabout.Missing => "missing",
        Whereabout.Resized => "resized",
        Whereabout.NoFile => "no file",
        Whereabout.Lost => "lost",
        _ => "unreachable",
    };
}

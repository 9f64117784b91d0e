using Pipe.Engine;
using static Pipe.Engine.OptionValue;

namespace Pipe.Ytar;

/// <summary>The option table of ytar.</summary>
internal static class Options
{
    private const string Tar = "The tree and the tar stream";
    private const string Else = "Instead of copying";

    public static string[] Groups { get; } = [Tar, TransferOptions.Where, TransferOptions.How, TransferOptions.Shown, Else];

    public static Option<Draft>[] All { get; } =
    [
        new("-z", "", Tar, "compress with gzip", static (d, _) => d.Filter = "-z"),
        new("--zstd", "", Tar, "compress with zstd", static (d, _) => d.Filter = "--zstd"),
        new("--exclude", "PATTERN", Tar, "leave out what fits, as tar does; may be repeated", static (d, a) => d.Excludes.Add(Text("--exclude", a))),
        new("--one-file-system", "", Tar, "stay on the file system of the tree", static (d, _) => d.OneFileSystem = true),
        new("--plain", "", Tar, "a tar format for a busybox at the other end", static (d, _) => d.Plain = true),
        new("--to-file", "", Tar, "TARGET is a file: store the tar as it is", static (d, _) => d.ToFile = true),
        new("--from-file", "", Tar, "SOURCE is a file: unpack the tar in it", static (d, _) => d.FromFile = true),
        .. TransferOptions.Of(Draft.SshOption).Select(static option => new Option<Draft>(option.Name, option.Argument, option.Group, option.Help, option.Apply)),
        new("-print-plan", "", Else, "print the dmscp command line that does the same", static (d, _) => d.Errand = Errand.PrintPlan),
        new("-h", "", Else, "print this text", static (d, _) => d.Errand = Errand.Usage),
        new("-version", "", Else, "print the version", static (d, _) => d.Errand = Errand.Version),
    ];

    public static OptionTable<Draft, Option<Draft>> Table { get; } = new("ytar", All);
}

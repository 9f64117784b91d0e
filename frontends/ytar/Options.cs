using Pipe.CommandLine;
using static Pipe.CommandLine.OptionValue;
using Option = Pipe.CommandLine.Option<Pipe.Ytar.Draft>;

namespace Pipe.Ytar;

/// <summary>The option table of ytar.</summary>
internal static class Options
{
    private const string Tar = "The tree and the tar stream";

    public static string[] Groups { get; } = [Tar, TransferOptions.Where, TransferOptions.How, TransferOptions.Shown, TransferOptions.Else];

    public static Option[] All { get; } =
    [
        new("-z", "", Tar, "compress with gzip", static (d, _) => d.Filter = "-z"),
        new("--zstd", "", Tar, "compress with zstd", static (d, _) => d.Filter = "--zstd"),
        new("--exclude", "PATTERN", Tar, "leave out matching names, as tar does; may be repeated", static (d, a) => d.Excludes.Add(Text("--exclude", a))),
        new("--one-file-system", "", Tar, "stay on the file system of the tree", static (d, _) => d.OneFileSystem = true),
        new("--plain", "", Tar, "use a tar format that busybox understands", static (d, _) => d.Plain = true),
        new("--to-file", "", Tar, "TARGET is a file: store the tar stream unchanged", static (d, _) => d.ToFile = true),
        new("--from-file", "", Tar, "SOURCE is a file: unpack the tar in it", static (d, _) => d.FromFile = true),
        .. Shared(TransferOptions.Where),
        .. Shared(TransferOptions.How),
        .. Shared(TransferOptions.Shown),
        .. Shared(TransferOptions.Else),
    ];

    public static OptionTable<Draft, Option> Table { get; } = new("ytar", Grammar.SingleDashWords, All);

    private static IEnumerable<Option> Shared(string group) => TransferOptions.Of<Draft>(Grammar.SingleDashWords, TransferOptions.WordLetters, group);
}

using Pipe.Archives;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;
using static Pipe.CommandLine.OptionValue;
using static Pipe.CommandLine.PlanWords;
using Option = Pipe.CommandLine.Option<Pipe.Dmscp.Draft>;

namespace Pipe.Dmscp;

/// <summary>The option table of dmscp.</summary>
internal static class Options
{
    private const string What = "What to copy";
    private const string Trees = "Trees of files";
    private const string Archives = "Archives: streams in fragments";

    /// <summary>In the order of the usage text; <see cref="All"/> is in the order of a printed plan.</summary>
    public static string[] Groups { get; } = [What, Trees, Archives, TransferOptions.Where, TransferOptions.How, TransferOptions.Shown, TransferOptions.Else];

    private static readonly Dictionary<string, string> Letters = new()
    {
        [OptionWord.SshPort] = "-P",
        [OptionWord.SshOption] = "-o",
        [OptionWord.Launch] = "-e",
        [OptionWord.Ports] = "-p",
        [OptionWord.SocketBuffer] = "-wsz",
        [OptionWord.Quiet] = "-q",
        [OptionWord.Verbose] = "-v",
        [OptionWord.VeryVerbose] = "-vv",
        [OptionWord.Help] = "-h",
    };

    public static Option[] All { get; } =
    [
        new("-r", "", What, "read: from the remote host", static (d, _) => d.Direction = Direction.Read)
        {
            Print = static p => Flag(p.Direction == Direction.Read),
        },
        new("-w", "", What, "write: to the remote host", static (d, _) => d.Direction = Direction.Write)
        {
            Print = static p => Flag(p.Direction == Direction.Write),
        },
        new("-tree", "", Trees, "-f and -l name trees; the source's may be repeated", static (d, _) => d.IsTree = true)
        {
            Print = static p => Flag(p.There.Kind == ResourceKind.Tree),
        },
        new("-s", "HOST", TransferOptions.Where, "the remote host, as ssh takes it", static (d, a) => d.Host = PeerName.Checked("-s", PeerName.HostName, a))
        {
            Print = static p => Given(p.Remote.Host),
        },
        new("-u", "USER", TransferOptions.Where, "the remote user", static (d, a) => d.User = PeerName.Checked("-u", PeerName.UserName, a))
        {
            Print = static p => Given(p.Remote.User),
        },
        .. Shared(TransferOptions.Where).Select(TransferOptions.WithKeep),
        new("-d", "DIR", What, "remote directory for -f or -R; with -F, repeatable", static (d, a) => d.Directories.Add(Text("-d", a)))
        {
            Print = static p => p.There.Kind == ResourceKind.Archive ? p.There.Directories.Where(name => name.Length > 0) : Given(p.There.Directory),
        },
        new("-f", "FILE", What, "remote file or device; null: or pattern:SIZE to measure", static (d, a) => d.Files.Add(Text("-f", a)))
        {
            Print = static p => Names(p.There),
        },
        new("-R", "COMMAND", What, "remote command to read from or to write to", static (d, a) => d.RemoteCommand = Text("-R", a))
        {
            Word = OptionWord.RemoteCommand,
            Print = static p => Command(p.There),
        },
        new("-program", "WORD", What, "read from this program, run there; one argument each", static (d, a) => d.ProgramWords.Add(Text("-program", a)))
        {
            Print = static p => p.There.Kind == ResourceKind.Program ? p.There.Names : [],
        },
        new("-l", "FILE", What, "local file or device instead of standard input or output", static (d, a) => d.LocalFiles.Add(Text("-l", a)))
        {
            Print = static p => Names(p.Here),
        },
        new("-L", "COMMAND", What, "local command instead of standard input or output", static (d, a) => d.LocalCommand = Text("-L", a))
        {
            Word = OptionWord.LocalCommand,
            Print = static p => Command(p.Here),
        },
        new("-filter", "COMMAND", What, "local command to filter the data; may be repeated", static (d, a) => d.LocalFilters.Add(Text("-filter", a)))
        {
            Alias = OptionWord.DecryptWith,
            Print = static p => p.Filters.Split('\0', StringSplitOptions.RemoveEmptyEntries),
        },
        new("-inplace", "", What, "write into the existing file instead of replacing it", static (d, _) => d.InPlace = true)
        {
            Print = static p => Flag(p.InPlace),
        },
        Tree("-recurse", TreeFlags.Recurse, "copy directories recursively"),
        Tree("-preserve", TreeFlags.Keep, "keep modification times and permissions"),
        Tree("-all", TreeFlags.All, "keep owners, attributes, links, holes and devices too"),
        Tree("-links", TreeFlags.Links, "copy symbolic links, fifos and devices as such"),
        new("-resume", "", Trees, "send only data that the target lacks; also for -f and -F", static (d, _) => d.TreeFlags |= TreeFlags.Resume)
        {
            Print = static p => Flag(p.There.Flags.HasFlag(TreeFlags.Resume) || Has(p, ArchivingFlags.Resume)),
        },
        Tree("-quick", TreeFlags.Quick, "with -resume: compare size and time only"),
        Tree("-delete", TreeFlags.Delete, "remove from the target what the source lacks"),
        Tree("-inside", TreeFlags.Inside, "the target must be a directory; copy into it"),
        Tree("-one-file-system", TreeFlags.OneFileSystem, "do not enter other file systems"),
        new("-exclude", "PATTERN", Trees, "leave out matching names; may be repeated", static (d, a) => d.Excludes.Add(Text("-exclude", a)))
        {
            Print = static p => p.There.Excludes,
        },
        new("-verify", "", Trees, "compare both sides by digests, write nothing", static (d, _) => d.TreeAction = TreeAction.Verify)
        {
            Print = static p => Flag(p.TreeAction == TreeAction.Verify),
        },
        new("-dry-run", "", Trees, "show what would be done; write nothing", static (d, _) => d.TreeAction = TreeAction.DryRun)
        {
            Print = static p => Flag(p.TreeAction == TreeAction.DryRun),
        },
        new("-trust-names", "", Trees, "accept any name that the remote host sends", static (d, _) => d.TrustNames = true)
        {
            Print = static p => Flag(p.TrustNames),
        },
        new("-F", "SIZE|N", Archives, "write: fragment size; read: first fragment", static (d, a) => d.Fragments = Text("-F", a))
        {
            Print = static p => p.Archiving is not { } archiving ? []
                : p.Direction == Direction.Write ? [ByteSize.Print(archiving.Fragment)] : Given(archiving.First),
        },
        new("-S", "SIZE", Archives, "size of the first fragment, a stub; 0: no stub", static (d, a) => d.Stub = Size("-S", a, 0, long.MaxValue))
        {
            Word = OptionWord.Stub,
            Print = static p => p.Archiving is { Stub: > 0 } archiving ? [ByteSize.Print(archiving.Stub)] : [],
        },
        new("-T", "SECONDS", Archives, "how long to wait for space or tape", static (d, a) => d.PatienceSeconds = Patience("-T", a))
        {
            Word = OptionWord.Wait,
            Print = static p => Given(p.PatienceSeconds),
        },
        Archive("-FMigrate", ArchivingFlags.Migrate, "migrate each fragment once it is closed") with { Word = OptionWord.Migrate },
        Archive("-frelease", ArchivingFlags.Release, "free the disk space of each once read or migrated") with { Word = OptionWord.Release },
        new("-hsm", "SYSTEM", Archives, "data migration system; detected by default", static (d, a) => d.System = Text("-hsm", a))
        {
            Print = static p => Given(p.Archiving?.System ?? ""),
        },
        SystemCommand("-migrate-cmd", static (c, text) => c with { Migrate = text }, static c => c.Migrate, "custom command that migrates files"),
        SystemCommand("-state-cmd", static (c, text) => c with { State = text }, static c => c.State, "custom command that prints the state of each file"),
        SystemCommand("-release-cmd", static (c, text) => c with { Release = text }, static c => c.Release, "custom command that frees the disk space of files"),
        SystemCommand("-recall-cmd", static (c, text) => c with { Recall = text }, static c => c.Recall, "custom command that recalls files"),
        new("-recall-ahead", "SIZE", Archives, "bytes to recall in advance", static (d, a) => d.RecallAhead = Size("-recall-ahead", a, 1, long.MaxValue))
        {
            Print = static p => p.Archiving is { Budget: > 0 } archiving ? [ByteSize.Print(archiving.Budget)] : [],
        },
        new("-range", "FROM-[TO]", Archives, "read: only these bytes, both ends included", static (d, a) => d.Range = ByteRange.Parse("-range", a))
        {
            Print = static p => p.Archiving is { } archiving ? ByteRange.Print(archiving) : [],
        },
        Archive("-index", ArchivingFlags.Index, "write: index the members of a tar or cpio stream"),
        new("-allow-empty", "", Archives, "write: also store an empty stream", static (d, _) => d.AllowsEmpty = true)
        {
            Print = static p => Flag(p.AllowsEmpty),
        },
        new("-member", "PATH", Archives, "read: only this member, found by the index", static (d, a) => d.Member = Text("-member", a))
        {
            Print = static p => Given(p.Archiving?.Member ?? ""),
        },
        new("-filtered", "TEXT", Archives, "write: filter of the stream, for the manifest", static (d, a) => d.Filters.Add(Text("-filtered", a)))
        {
            Print = static p => p.Archiving?.Filters.Split('\0', StringSplitOptions.RemoveEmptyEntries) ?? [],
        },
        new("-unfilter", "", Archives, "read: undo the recorded filters; -filter undoes others", static (d, _) => d.Unfilters = true)
        {
            Print = static p => Flag(p.Unfilters),
        },
        .. Shared(TransferOptions.How),
        .. Shared(TransferOptions.Shown),
        new("-server", "", TransferOptions.Else, "run as the remote end; no other option is allowed", static (d, _) => (d.Kind, d.Server) = (CommandKind.Serve, true)),
        new("-spare", "", TransferOptions.Else, "run as a remote end that waits for a call", static (d, _) => (d.Kind, d.Server) = (CommandKind.Wait, true)),
        .. Shared(TransferOptions.Else),
    ];

    public static OptionTable<Draft, Option> Table { get; } = new("dmscp", Grammar.SingleDashWords, All) { AllowsBundles = false };

    private static IEnumerable<Option> Shared(string group) => TransferOptions.Of<Draft>(Grammar.SingleDashWords, Letters, group);

    private static Option Tree(string name, TreeFlags flag, string help) => new(name, "", Trees, help, (d, _) => d.TreeFlags |= flag)
    {
        Print = p => Flag(p.There.Flags.HasFlag(flag)),
    };

    private static Option Archive(string name, ArchivingFlags flag, string help) => new(name, "", Archives, help, (d, _) => d.ArchivingFlags |= flag)
    {
        Print = p => Flag(Has(p, flag)),
    };

    private static Option SystemCommand(string name, Func<MigrationCommands, string, MigrationCommands> with, Func<MigrationCommands, string> of, string help) =>
        new(name, "COMMAND", Archives, help, (d, a) => d.SystemCommands = with(d.SystemCommands, Text(name, a)))
        {
            Print = p => Given(of(MigrationCommands.Parse(p.Archiving?.Commands ?? ""))),
        };

    private static bool Has(Plan plan, ArchivingFlags flag) => plan.Archiving?.Has(flag) ?? false;

    private static string[] Names(Resource resource) => resource.Kind switch
    {
        ResourceKind.Command or ResourceKind.Program or ResourceKind.Stdio => [],
        ResourceKind.Tree => resource.Names,
        _ => [ObjectName.Print(resource)],
    };

    private static string[] Command(Resource resource) => resource.Kind == ResourceKind.Command ? [resource.Text] : [];
}

using System.Globalization;
using Pipe.Archives;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Trees;

namespace Pipe.Yarchive;

/// <summary>The yarchive command line so far.</summary>
internal sealed class Draft() : LocationDraft("yarchive", static word => Options.Table.Find(word)!.Name)
{
    private const long UsualFragment = 64L << 30;

    public Verb Verb { get; set; }

    /// <summary>The names of archives.</summary>
    public List<string> Names { get; } = [];

    /// <summary>The command whose output is archived.</summary>
    public List<string> Producer { get; } = [];

    public HashSet<Option> Used { get; } = [];

    public string Tree { get; set; } = "";

    public string Output { get; set; } = "";

    public (long Offset, long Length) Range { get; set; } = (0, Archiving.ToTheEnd);

    public string Member { get; set; } = "";

    public string Filter { get; set; } = "";

    /// <summary>The command of --encrypt-with or --decrypt-with.</summary>
    public string Encryption { get; set; } = "";

    public bool IsRaw { get; set; }

    public bool AllowsEmpty { get; set; }

    public long Fragment { get; set; } = UsualFragment;

    public long Stub { get; set; }

    public List<string> Next { get; } = [];

    public ArchivingFlags Flags { get; set; }

    public int PatienceSeconds { get; set; }

    public int Keep { get; set; }

    public string System { get; set; } = "";

    public MigrationCommands SystemCommands { get; set; } = new();

    public long RecallAhead { get; set; }

    /// <summary>Options to pass to the host that has the archive.</summary>
    public HashSet<string> Words { get; } = [];

    public double Sample { get; set; } = 100;

    /// <summary>Returns the invocation; throws <see cref="Failure"/> if the words do not fit together.</summary>
    public ArchiveInvocation ToInvocation()
    {
        if (IsAnswered)
        {
            return new ArchiveInvocation(Kind, [], null, Progress, Events, Verbosity);
        }

        if (Verb == Verb.None && IsEndOnly(Names))
        {
            return new ArchiveInvocation(EndKind, [ToEnd(Location.Parse(Names[0]))], null, Progress, Events, Verbosity);
        }

        ArgumentRules.Check(this);
        var location = Location.Parse(Names[0]);
        Plan[] plans = Verb switch
        {
            Verb.Put when Keep > 0 => [Put(location), RunThere(location, Verb.Rm)],
            Verb.Put => [Put(location)],
            Verb.Get => [Get(location)],
            _ => [RunThere(location, Verb)],
        };
        var local = location.IsRemote || !UsesSsh ? null : LocalAt(location.Path);
        return new ArchiveInvocation(Kind, plans, local, Progress, Events, Verbosity) { Warnings = Warnings };
    }

    private Plan Put(Location location) => PlanFor(location, Direction.Write, Archive(location), From) with
    {
        Filters = string.Join('\0', ((string[])[Filters.Command(Filter), Encryption]).Where(command => command.Length > 0)),
        PatienceSeconds = PatienceSeconds,
        AllowsEmpty = AllowsEmpty,
        Archiving = new Archiving
        {
            Flags = Flags,
            Fragment = Fragment,
            Stub = Stub,
            System = System,
            Commands = SystemCommands.Text,
            Filters = string.Join('\0', ((string[])[Filter, Encryption.Length > 0 ? Filters.Encryption(Encryption) : ""]).Where(filter => filter.Length > 0)),
        },
    };

    private Plan Get(Location location) => PlanFor(location, Direction.Read, Archive(location), To) with
    {
        Filters = string.Join('\0', ((string[])[Encryption, Filter]).Where(command => command.Length > 0)),
        Unfilters = !IsRaw,
        PatienceSeconds = PatienceSeconds,
        Archiving = new Archiving
        {
            Flags = Flags,
            Offset = Range.Offset,
            Length = Range.Length,
            Member = Member,
            Budget = RecallAhead,
            System = System,
            Commands = SystemCommands.Text,
        },
    };

    private Resource From => Tree.Length > 0 ? TarScript.Pack(Location.Local(Tree), TarChoice.Usual)
        : Producer.Count > 0 ? Resource.Command("", Producer.Count == 1 ? Producer[0] : string.Join(' ', Producer.Select(ShellWords.Quote)))
        : Resource.Stdio;

    private Resource To => Tree.Length > 0 ? TarScript.Unpack(Location.Local(Tree), TarChoice.Usual)
        : Output.Length > 0 && Output != "-" ? Resource.File("", Output)
        : Resource.Stdio;

    /// <summary>The settings for a local command.</summary>
    private Archiving Tape => new() { Flags = Flags, Budget = RecallAhead, System = System, Commands = SystemCommands.Text };

    /// <summary>Makes the same program on the remote host do the work, with these words.</summary>
    private Plan RunThere(Location location, Verb verb)
    {
        List<string> words = ["yarchive", verb.ToString().ToLowerInvariant(), .. Words.Order(StringComparer.Ordinal)];
        if (Sample < 100)
        {
            words.AddRange(["--sample", string.Create(CultureInfo.InvariantCulture, $"{Sample:0.################}%")]);
        }

        if (Keep > 0)
        {
            words.AddRange(["--keep", string.Create(CultureInfo.InvariantCulture, $"{Keep}")]);
        }

        if (Verb == Verb.Rm)
        {
            words.AddRange(Next.SelectMany(directory => (string[])["--next", directory]));
        }

        words.AddRange(TapeWords(verb));
        if (Verbosity != 0)
        {
            words.Add(Verbosity < 0 ? "-q" : "-v");
        }

        return PlanFor(location, Direction.Read, Resource.Program([.. words, Plain(location)]), Resource.Stdio);
    }

    /// <summary>The tape options for the remote host; a removal needs only the system that keeps the copies.</summary>
    private List<string> TapeWords(Verb verb)
    {
        List<string> words = System.Length > 0 ? ["--hsm", System] : [];
        if (verb != Verb.Rm)
        {
            (string Option, string Command)[] own = [("--state-cmd", SystemCommands.State), ("--release-cmd", SystemCommands.Release), ("--recall-cmd", SystemCommands.Recall)];
            words.AddRange(own.Where(pair => pair.Command.Length > 0).SelectMany(pair => (string[])[pair.Option, pair.Command]));
            words.AddRange(Flags.HasFlag(ArchivingFlags.Release) ? ["--release"] : []);
            words.AddRange(RecallAhead > 0 ? ["--recall-ahead", ByteSize.Print(RecallAhead)] : []);
            words.AddRange(PatienceSeconds > 0 ? ["--wait", string.Create(CultureInfo.InvariantCulture, $"{PatienceSeconds}")] : []);
        }

        return words;
    }

    /// <summary>A path that the remote command line cannot take for anything else.</summary>
    private static string Plain(Location location)
    {
        var path = location.PlainPath;
        return path.Length == 0 || path == "~" ? "." : path.StartsWith('/') || !(path.StartsWith('-') || path.Contains(':', StringComparison.Ordinal)) ? path : $"./{path}";
    }

    private ILocalCommand? LocalAt(string path) => Verb switch
    {
        Verb.Ls => new ListCommand(path, Words.Contains("--json"), Tape),
        Verb.Info => new InfoCommand(path, Words.Contains("--json"), Words.Contains("--fragments"), Tape),
        Verb.Verify => new VerifyCommand(path, Sample, Words.Contains("--sha256"), Verbosity > 0, Tape, PatienceSeconds),
        Verb.Rm => new RemoveCommand(path, Keep, Words.Contains("--force"), Words.Contains("--dry-run"), Verbosity > 0, System, Next),
        _ => null,
    };

    /// <summary>The archive: the manifest is in the directory of the name, and so are the fragments as long as there is space.</summary>
    private Resource Archive(Location location)
    {
        var path = location.PlainPath;
        var slash = path.LastIndexOf('/');
        var directory = slash < 0 ? "" : slash == 0 ? "/" : path[..slash];
        return Next.Count == 0 && slash < 0 ? Resource.Archive([""], path) : Resource.Archive([directory.Length > 0 ? directory : ".", .. Next], path[(slash + 1)..]);
    }
}

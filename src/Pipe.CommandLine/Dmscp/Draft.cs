using Pipe.Archives;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dmscp;

/// <summary>The options of a dmscp command line parsed so far. The last occurrence of an option wins.</summary>
internal sealed class Draft() : TransferDraft("dmscp")
{
    /// <summary>Whether -server or -spare was given, even if another option has set the kind since.</summary>
    public bool Server { get; set; }

    public Direction? Direction { get; set; }

    public string Host { get; set; } = "";

    public string User { get; set; } = "";

    /// <summary>All occurrences of -d: for an archive each counts, else the last one.</summary>
    public List<string> Directories { get; } = [];

    /// <summary>All occurrences of -f: for a source tree each counts, else the last one.</summary>
    public List<string> Files { get; } = [];

    public string RemoteCommand { get; set; } = "";

    /// <summary>All occurrences of -program.</summary>
    public List<string> ProgramWords { get; } = [];

    /// <summary>All occurrences of -l; see <see cref="Files"/>.</summary>
    public List<string> LocalFiles { get; } = [];

    public string LocalCommand { get; set; } = "";

    public bool InPlace { get; set; }

    public bool IsTree { get; set; }

    public TreeFlags TreeFlags { get; set; }

    public List<string> Excludes { get; } = [];

    public TreeAction TreeAction { get; set; }

    public bool TrustNames { get; set; }

    /// <summary>The argument of -F: for writing the fragment size, for reading the first fragment.</summary>
    public string Fragments { get; set; } = "";

    public long Stub { get; set; }

    public bool AllowsEmpty { get; set; }

    public int PatienceSeconds { get; set; }

    public ArchivingFlags ArchivingFlags { get; set; }

    public string System { get; set; } = "";

    public MigrationCommands SystemCommands { get; set; } = new();

    public long RecallAhead { get; set; }

    public (long Offset, long Length) Range { get; set; } = (0, Archiving.ToTheEnd);

    public string Member { get; set; } = "";

    public List<string> Filters { get; } = [];

    /// <summary>All occurrences of -filter.</summary>
    public List<string> LocalFilters { get; } = [];

    public bool Unfilters { get; set; }

    /// <summary>Whether the command line only ends a kept login, without a copy.</summary>
    public bool IsEndOnly => Given.Keep?.Seconds == Remote.EndOfKeeping && Direction is null && Files.Count + LocalFiles.Count + RemoteCommand.Length + LocalCommand.Length + ProgramWords.Count == 0;

    /// <summary>A plan that only identifies the kept login to end. Throws <see cref="Failure"/> if the host is missing.</summary>
    public Plan ToEnd()
    {
        CheckHost();
        return PlanFor(Engine.Direction.Read, RemoteAt(Host, User, Shell, keeps: Shell.Length == 0), Resource.Null, Resource.Null);
    }

    /// <summary>The plan. Throws <see cref="Failure"/> if options are missing or conflict.</summary>
    public Plan ToPlan()
    {
        var direction = Direction ?? throw UsageError("-r or -w is missing", "-r reads from the remote host, -w writes to it; dmscp -h lists the options");
        CheckHost();
        CheckProgram(direction);
        CheckTree();
        CheckArchive(direction);
        CheckOutput(direction);
        return PlanFor(direction, RemoteAt(Host, User, Shell, keeps: Shell.Length == 0), There(direction), Here(direction)) with
        {
            PatienceSeconds = PatienceSeconds,
            AllowsEmpty = AllowsEmpty,
            Archiving = IsArchive ? Archive(direction) : null,
            Filters = string.Join('\0', LocalFilters),
            Unfilters = Unfilters,
            InPlace = InPlace,
            TreeAction = TreeAction,
            TrustNames = TrustNames,
        };
    }

    private bool IsArchive => Fragments.Length > 0;

    private string Directory => Directories.Count > 0 ? Directories[^1] : "";

    private void CheckHost()
    {
        CheckKeeping("-keep-login", "-e");
        if (Host.Length == 0 && UsesSsh)
        {
            throw UsageError("-s is missing", "-s HOST names the remote host; with -e CMD it may be left out");
        }

        if (!UsesSsh && (SshPort != 0 || SshOptions.Count > 0 || SshConfig.Length > 0 || Given.Keep is { Seconds: not 0 }))
        {
            throw NotForLaunch(["-P", "-o", "-keep-login", "-ssh-config"], "-e");
        }
    }

    private void CheckProgram(Direction direction)
    {
        if (ProgramWords.Count > 0 && (direction != Engine.Direction.Read || IsTree || IsArchive || Files.Count > 0 || RemoteCommand.Length > 0 || Directory.Length > 0))
        {
            throw UsageError("-program needs -r and replaces -d, -f and -R", "each word of its command line follows its own -program");
        }
    }

    private void CheckTree()
    {
        if (!IsTree && ((TreeFlags & ~TreeFlags.Resume) != TreeFlags.None || Excludes.Count > 0 || TreeAction != TreeAction.Copy || TrustNames))
        {
            throw UsageError("-tree is missing", "an option for trees is given; dmscp -h lists them");
        }

        if (ResumesFile && (RemoteCommand.Length > 0 || ProgramWords.Count > 0 || LocalFiles.Count == 0 || LocalCommand.Length > 0 || LocalFilters.Count > 0 || InPlace || PatienceSeconds > 0))
        {
            throw UsageError("-resume is for a file on both hosts, a tree or an archive", "it excludes -R, -L, -filter, -inplace and -T, and standard input and output");
        }

        if (LocalFilters.Count > 0 && (IsTree || InPlace))
        {
            throw UsageError("-filter excludes -tree and -inplace");
        }

        if (Unfilters && (!IsArchive || Direction == Engine.Direction.Write))
        {
            throw UsageError("-unfilter is for reading an archive", "-r and -F 1 read one");
        }

        if (IsTree && (RemoteCommand.Length > 0 || LocalCommand.Length > 0 || InPlace))
        {
            throw UsageError("-tree excludes -R, -L and -inplace", "a tree is named with -f there and with -l here");
        }
    }

    private void CheckArchive(Direction direction)
    {
        if (IsArchive && (IsTree || RemoteCommand.Length > 0 || InPlace))
        {
            throw UsageError("-F excludes -tree, -R and -inplace", "an archive is a stream in fragments, named with -f");
        }

        if (!IsArchive && (ArchivingFlags != ArchivingFlags.None || Stub != 0 || Member.Length > 0 || Range != (0, Archiving.ToTheEnd)
            || System.Length > 0 || !SystemCommands.IsEmpty || RecallAhead != 0 || Filters.Count > 0))
        {
            throw UsageError("-F is missing", "an option for archives is given; -F SIZE writes one, -F 1 reads it");
        }

        if (AllowsEmpty && (!IsArchive || direction == Engine.Direction.Read))
        {
            throw UsageError("-allow-empty is for writing an archive", "-w and -F SIZE write one");
        }

        if (PatienceSeconds > 0 && (IsTree || InPlace))
        {
            throw UsageError("-T is for files and archives, not for -tree and -inplace");
        }

        if (direction == Engine.Direction.Write && (Member.Length > 0 || Range != (0, Archiving.ToTheEnd) || RecallAhead != 0))
        {
            throw UsageError("-member, -range and -recall-ahead are for reading");
        }

        if (direction == Engine.Direction.Read && (Stub != 0 || (ArchivingFlags & ~ArchivingFlags.Release) != ArchivingFlags.None || (IsArchive && TreeFlags.HasFlag(TreeFlags.Resume))))
        {
            throw UsageError("-S, -FMigrate, -index and -resume are for writing an archive");
        }

        if (direction == Engine.Direction.Write && !ArchivingFlags.HasFlag(ArchivingFlags.Migrate) && (ArchivingFlags.HasFlag(ArchivingFlags.Release) || System.Length > 0 || !SystemCommands.IsEmpty))
        {
            throw UsageError("without -FMigrate nothing is migrated", "-frelease, -hsm and custom commands require -FMigrate");
        }
    }

    private void CheckOutput(Direction direction)
    {
        if (IsJson && direction == Engine.Direction.Read && LocalFiles.Count == 0)
        {
            throw UsageError(
                $"-json: standard output {(LocalCommand.Length > 0 ? "belongs to the command of -L" : "carries the data")}",
                "-l FILE writes the data to a file, -events FILE the result");
        }
    }

    private Archiving Archive(Direction direction)
    {
        var archiving = new Archiving
        {
            Flags = ArchivingFlags | (TreeFlags.HasFlag(TreeFlags.Resume) ? ArchivingFlags.Resume : ArchivingFlags.None),
            Stub = Stub,
            Offset = Range.Offset,
            Length = Range.Length,
            Member = Member,
            Budget = RecallAhead,
            System = System,
            Commands = SystemCommands.Text,
            Filters = string.Join('\0', Filters),
        };
        return direction == Engine.Direction.Write
            ? archiving with { Fragment = OptionValue.Size("-F", Fragments, 1, long.MaxValue) }
            : archiving with { First = (int)OptionValue.Size("-F", Fragments, 1, int.MaxValue) };
    }

    private Resource There(Direction direction)
    {
        if (Files.Count > 0 && RemoteCommand.Length > 0)
        {
            throw UsageError("-f and -R exclude each other", "the remote object is a file or a command");
        }

        if (ProgramWords.Count > 0)
        {
            return Resource.Program(ProgramWords);
        }

        if (RemoteCommand.Length > 0)
        {
            return Resource.Command(Directory, RemoteCommand);
        }

        if (IsArchive && Files.Count > 0)
        {
            return Resource.Archive(Directories.Count > 0 ? Directories : [""], Files[^1]);
        }

        return Files.Count > 0
            ? Named("-f", Directory, Files, isSource: direction == Engine.Direction.Read)
            : throw UsageError("-f or -R is missing", "-f FILE or -R 'COMMAND' names the remote object");
    }

    private Resource Here(Direction direction)
    {
        if (LocalFiles.Count > 0 && LocalCommand.Length > 0)
        {
            throw UsageError("-l and -L exclude each other", "the local object is a file or a command");
        }

        if (LocalCommand.Length > 0)
        {
            return Resource.Command("", LocalCommand);
        }

        return LocalFiles.Count > 0 ? Named("-l", "", LocalFiles, isSource: direction == Engine.Direction.Write) : Resource.Stdio;
    }

    private Resource Named(string option, string directory, List<string> names, bool isSource) =>
        IsTree
            ? Resource.Tree(directory, isSource ? names : names[^1..], TreeFlags, Excludes)
            : Resumed(ObjectName.Parse(option, directory, names[^1], isSource));

    private Resource Resumed(Resource named) => ResumesFile && named.Kind == ResourceKind.File ? named with { Flags = TreeFlags.Resume } : named;

    private bool ResumesFile => !IsTree && !IsArchive && TreeFlags.HasFlag(TreeFlags.Resume);

}

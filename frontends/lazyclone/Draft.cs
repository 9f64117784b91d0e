using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Nbd;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>The options and operands of a lazyclone command line so far.</summary>
internal sealed class Draft() : LocationDraft("lazyclone", static word => Options.Table.Find(word)!.Name)
{
    public Verb Verb { get; set; }

    /// <summary>The operands, then features or the words of a message.</summary>
    public List<string> Names { get; } = [];

    public string Metadata { get; set; } = "";

    public long Region { get; set; }

    public string Table { get; set; } = "";

    public bool Force { get; set; }

    public bool LiveSource { get; set; }

    public bool DmDefaults { get; set; }

    public int IoTimeoutSeconds { get; set; } = CloneTerms.DefaultIoTimeoutSeconds;

    public int MaxFailures { get; set; } = CloneTerms.DefaultMaxFailures;

    public string Socket { get; set; } = "";

    public string Listen { get; set; } = "";

    public string TlsCertificates { get; set; } = "";

    public bool IsStdio { get; set; }

    public string Event { get; set; } = CloneEvents.NameOf(CloneEvent.Hydrated);

    /// <summary>The range of bytes, as written; empty for none.</summary>
    public string Range { get; set; } = "";

    /// <summary>The file with ranges; empty for none.</summary>
    public string RangeFile { get; set; } = "";

    /// <summary>Returns the clone to serve. Throws <see cref="Failure"/> if the options conflict.</summary>
    public CloneInvocation ToInvocation()
    {
        if (Table.Length > 0 && Names.Count > 0)
        {
            throw UsageError($"--table: {Names[0]}: no operands beside a table line");
        }

        var line = Table.Length > 0 ? TableLine.Parse(Table) : Line();
        var location = NbdUri.IsOne(line.Source) ? null : Location.Parse(line.Source);
        var metadata = line.Metadata.Length > 0 ? line.Metadata : Metadata.Length > 0 ? Metadata : $"{line.Destination}.lazyclone";
        var socket = Socket.Length > 0 ? Socket : IsStdio || Listen.Length > 0 || ActivatedSockets.Are ? "" : $"{line.Destination}.socket";
        return new CloneInvocation(line.Source, Setup(line, metadata, location is { IsRemote: false } ? location.Path : "", location?.Host ?? ""))
        {
            // The rate limits only background hydration, so the clone applies it, not the sender.
            Plan = location is { IsRemote: true } ? PlanFor(location, Direction.Read, Resource.File("", location.PlainPath), Resource.Null) with { Rate = 0 } : null,
            LiveSource = LiveSource,
            Socket = socket,
            Listen = Listen,
            IsStdio = IsStdio,
            TlsCertificates = TlsCertificates,
            Progress = Progress,
            Events = Events,
        };
    }

    /// <summary>Returns the plan of a copy of the whole source to the destination, which lazyclone replaces.</summary>
    /// <exception cref="Failure">No other program can copy from that source, or the options conflict.</exception>
    public Plan ToPlan()
    {
        if (IsEndOnly(Names))
        {
            return ToEnd(Location.Parse(Names[0]));
        }

        var invocation = ToInvocation();
        return invocation.Plan is { } plan
            ? plan with { Here = Resource.File("", invocation.Setup.Destination), Rate = invocation.Setup.Terms.Rate }
            : throw UsageError($"{invocation.Source}: only a source on another host has a plan");
    }

    private TableLine Line()
    {
        if (Names.Count < 2)
        {
            throw UsageError("a source and a destination are required", "lazyclone [HOST:]SOURCE DESTINATION");
        }

        return new TableLine(Names[0], Names[1]) { Region = Region, Arguments = FeatureWords.Parse(Names[2..]) };
    }

    private CloneSetup Setup(TableLine line, string metadata, string local, string host)
    {
        var arguments = line.Arguments;
        if (line.Region > 0)
        {
            new CloneGeometry(line.Region, line.Region).Check();
        }

        return new CloneSetup(line.Destination, metadata)
        {
            Region = line.Region,
            Size = line.Size,
            Force = Force,
            SourceName = line.Source,
            SourcePath = local,
            Terms = new CloneTerms
            {
                IsHydrationEnabled = !arguments.NoHydration,
                PassesDiscards = !arguments.NoDiscardPassdown,
                Threshold = arguments.Threshold ?? 1,
                IsThresholdSet = arguments.Threshold is not null || DmDefaults,
                Batch = arguments.Batch ?? 1,
                IsBatchSet = arguments.Batch is not null || DmDefaults,
                IoTimeoutSeconds = IoTimeoutSeconds,
                MaxFailures = MaxFailures,
                Rate = SettingsFor(host).Rate ?? 0,
            },
        };
    }
}

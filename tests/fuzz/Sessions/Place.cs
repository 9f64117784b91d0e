using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Fuzz.Sessions;

/// <summary>The files of one session, below a directory that is taken away with it.</summary>
internal sealed class Place : IDisposable
{
    private static int _count;
    private readonly string _directory;

    public Place(string scratch, int size)
    {
        _directory = Path.Combine(scratch, $"{Interlocked.Increment(ref _count)}");
        Directory.CreateDirectory(_directory);
        Content = new byte[size];
        new Random(size).NextBytes(Content);
        File.WriteAllBytes(SourcePath, Content);
    }

    public byte[] Content { get; }

    public string SourcePath => Path.Combine(_directory, "source");

    public string TargetPath => Path.Combine(_directory, "target");

    public string DirectoryPath => _directory;

    /// <summary>The only commands that a session here may run.</summary>
    public string ReadCommand => $"cat '{SourcePath}'";

    /// <summary>The only commands that a session here may run.</summary>
    public string WriteCommand => $"cat > '{TargetPath}.part' && mv '{TargetPath}.part' '{TargetPath}'";

    public Plan Plan(Scenario scenario, string shell)
    {
        var isRead = scenario.Direction == Direction.Read;
        return new Plan
        {
            Direction = scenario.Direction,
            Remote = new Remote { Shell = shell },
            There = Named(scenario.There, isRead),
            Here = Named(scenario.Here, !isRead),
            Checksum = scenario.Digest,
            Protection = scenario.Protection,
            ConnectMode = scenario.ConnectMode,
            Streams = scenario.Streams,
            TimeoutSeconds = Scenario.TimeoutSeconds,
        };
    }

    /// <summary>The same offer, if its names are inside this directory; else one whose names are.</summary>
    public Offer Guarded(Offer offer)
    {
        var resource = offer.Resource;
        var isMine = resource.Kind switch
        {
            ResourceKind.Command => resource.Text == ReadCommand || resource.Text == WriteCommand,
            ResourceKind.File => !resource.Text.Contains('\0', StringComparison.Ordinal)
                && Path.GetFullPath(Path.Combine(resource.Directory.Length > 0 ? resource.Directory : _directory, resource.Text)).StartsWith(_directory + "/", StringComparison.Ordinal)
                && (resource.Directory.Length > 0 || Path.IsPathRooted(resource.Text)),
            _ => true,
        };
        var isNear = offer.DataHost is "" or "127.0.0.1" or "::1" or "0.0.0.0" or "::" || offer.DataHost.Length > 250;
        return offer with
        {
            Resource = isMine ? resource : Resource.File(_directory, "target"),
            DataHost = isNear ? offer.DataHost : "127.0.0.1",
        };
    }

    /// <summary>No partial file has a final name; no temporary file is left.</summary>
    public void Check(bool isCommitted, bool mayDiffer)
    {
        var target = new FileInfo(TargetPath);
        if (isCommitted && !target.Exists)
        {
            throw new Finding("a copy that succeeded and left nothing");
        }

        if (target.Exists && !mayDiffer && !File.ReadAllBytes(TargetPath).AsSpan().SequenceEqual(Content))
        {
            throw new Finding($"committed {target.Length} bytes that are not the {Content.Length} of the source");
        }

        if (!File.ReadAllBytes(SourcePath).AsSpan().SequenceEqual(Content) && !mayDiffer)
        {
            throw new Finding("the source has been written to");
        }

        if (Directory.EnumerateFiles(_directory, ".*.pipe-*").FirstOrDefault() is { } left)
        {
            throw new Finding($"left over: {left}");
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Resource Named(string kind, bool isSource) => kind == "command"
        ? Resource.Command("", isSource ? ReadCommand : WriteCommand)
        : Resource.File(_directory, isSource ? "source" : "target");
}

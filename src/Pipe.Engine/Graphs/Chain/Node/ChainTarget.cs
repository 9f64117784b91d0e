using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The target of a node: the sink, and what reads it again.</summary>
internal sealed class ChainTarget : IDisposable
{
    private readonly ISink _sink;

    private ChainTarget(ISink sink)
    {
        _sink = sink;
        Reader = sink.OpenReader() is { } fd ? new FdReader(fd) : null;
    }

    public ISink Sink => _sink;

    /// <summary>Reads the target; null if it cannot be read.</summary>
    public FdReader? Reader { get; }

    /// <summary>Bytes of an earlier run.</summary>
    public long Present => _sink.Kept?.Size ?? 0;

    /// <summary>Opens the target that the offer names.</summary>
    /// <exception cref="Failure">It cannot be opened, or must not be written.</exception>
    public static ChainTarget Open(IObjectKind kind, OpenContext context)
    {
        Refuse(context.Resource);
        var sink = kind.OpenSink(context);
        if (!sink.IsOrdered)
        {
            return new ChainTarget(sink);
        }

        sink.Dispose();
        throw new Failure(ExitCode.Usage, "a node of a chain needs a target that takes blocks in any order: a file or a device");
    }

    public void Dispose()
    {
        Reader?.Dispose();
        _sink.Dispose();
    }

    /// <summary>Refuses a device that is in use as a file system.</summary>
    private static void Refuse(Resource resource)
    {
        if (resource.Kind == ResourceKind.File && Linux.Paths.Join(resource.Directory, resource.Text) is var path
            && Linux.FileStatus.Of(path) is { } status && Mounts.Find(status) is { } mount)
        {
            throw new Failure(ExitCode.Objects, $"{path}: is mounted at {mount.Place}", "unmount it first");
        }
    }
}

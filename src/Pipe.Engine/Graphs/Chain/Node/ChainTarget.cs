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
        if (context.Resource.Kind is ResourceKind.File or ResourceKind.Filtered)
        {
            // The size of what a filter writes is unknown.
            var size = context.Resource.Kind == ResourceKind.File ? context.Terms.Size : -1;
            TargetCheck.Check(Linux.Paths.Join(context.Resource.Directory, context.Resource.Text), size);
        }

        return new ChainTarget(kind.OpenSink(context));
    }

    public void Dispose()
    {
        Reader?.Dispose();
        _sink.Dispose();
    }
}

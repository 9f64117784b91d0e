using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Files, devices, pipes, and the input and output of commands: each a single stream of bytes.</summary>
internal sealed class PlainObjects : IObjectKind
{
    public static PlainObjects Instance { get; } = new();

    public static bool Includes(ResourceKind kind) => kind
        is ResourceKind.File or ResourceKind.Command or ResourceKind.Null or ResourceKind.Pattern or ResourceKind.Program or ResourceKind.Stdio;

    public ISource OpenSource(OpenContext at) => Opening.Source(at.Resource, at.Place, at.Waiting);

    public ISink OpenSink(OpenContext at) => Opening.Sink(at);
}

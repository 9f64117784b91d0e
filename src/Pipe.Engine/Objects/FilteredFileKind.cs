using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A file, numbered files or a block device, written through a shell command such as gunzip. The copy succeeds only if the command does.</summary>
internal sealed class FilteredFileKind : IObjectKind
{
    public ISource OpenSource(OpenContext at) => throw new Failure(ExitCode.Usage, $"{at.Resource.Text}: a file behind a command is never a source");

    public ISink OpenSink(OpenContext at)
    {
        var (directory, path, size) = (at.Resource.Directory, at.Resource.Text, at.Resource.Size);
        var inner = size > 0
            ? new PiecesSink(Paths.Join(directory, path), size)
            : PlainObjects.Instance.OpenSink(at with { Resource = Resource.File(directory, path), Terms = at.Terms with { Size = -1 } });
        return new FilterSink(at.Resource.Excluded, inner);
    }
}

using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A file or block device that is written through a shell command, such as gunzip. The copy succeeds only if the command does.</summary>
internal sealed class FilteredFileKind : IObjectKind
{
    public ISource OpenSource(OpenContext at) => throw new Failure(ExitCode.Usage, $"{at.Resource.Text}: a file behind a command is never a source");

    public ISink OpenSink(OpenContext at)
    {
        var file = Resource.File(at.Resource.Directory, at.Resource.Text);
        return new FilterSink(at.Resource.Excluded, PlainObjects.Instance.OpenSink(at with { Resource = file, Terms = at.Terms with { Size = -1 } }));
    }
}

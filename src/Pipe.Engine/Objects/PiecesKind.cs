using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>A stream in the files PATH_0, PATH_1 and so on.</summary>
internal sealed class PiecesKind : IObjectKind
{
    public ISource OpenSource(OpenContext at) => PiecesSource.Open(PathOf(at));

    public ISink OpenSink(OpenContext at) => new PiecesSink(PathOf(at), at.Resource.Size);

    private static string PathOf(OpenContext at) => Paths.Join(at.Resource.Directory, at.Resource.Text);
}

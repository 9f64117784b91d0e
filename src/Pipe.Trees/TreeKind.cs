using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The kind of object for files and directories.</summary>
internal sealed class TreeKind : IObjectKind
{
    public bool IsStream => false;

    public ISource OpenSource(OpenContext at) =>
        new TreeSource(at.Resource, at.Observer is null ? new SourceNews(null, null) : new SourceNews(at.Tally, at.Observer));

    public ISink OpenSink(OpenContext at)
    {
        var asked = at.Asked is { } source ? new AskedNames(source) : null;
        return at.Resource.Flags.HasFlag(TreeFlags.Compare)
            ? new ComparingSink(at.Resource, at.Tally, at.Observer, at.Peer, asked)
            : new TreeSink(at.Resource, asked, at.Tally, at.Trouble, at.Unread, mayBeSeveral: at.Source is { Kind: ResourceKind.Tree } there && there.Names.Any(Glob.IsPattern)) { Waiting = at.WaitingForUser };
    }

    public IDisposable Count(Resource source, Action<SourceCount> found) => TreeScanner.Start(source, found);

    public IPassThrough Cross(Plan from, Tally tally, IObserver observer) => new TreePassThrough(from, tally, observer);
}

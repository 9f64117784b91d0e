using Pipe.Engine;

namespace Pipe.Archives;

/// <summary>The kind of object for streams stored as numbered fragments with a manifest.</summary>
internal sealed class ArchiveKind : IObjectKind
{
    public ISource OpenSource(OpenContext at) => new ArchiveSource(at.Resource, at.Archiving!, at.PatienceSeconds, at.WaitingForUser);

    public ISink OpenSink(OpenContext at) => new ArchiveSink(at.Resource, at.Archiving!, at.SpaceRetry, at.WaitingForUser);

    public ISource Feed(Plan plan, ISource local, Func<ISource, ISource> filter) =>
        new ArchiveFeed(filter(plan.AllowsEmpty ? local : new NonEmptySource(local)));
}

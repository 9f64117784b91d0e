using System.Collections.Concurrent;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The extended attributes of members of the source; in a comparison their <see cref="MetadataDigests"/>.</summary>
/// <param name="flags">Without All there are no attributes.</param>
/// <param name="comparison">Null for a copy.</param>
/// <param name="walk">Takes the reports of attributes that cannot be sent.</param>
internal sealed class SourceAttributes(TreeFlags flags, Comparison? comparison, TreeWalk walk)
{
    private readonly ConcurrentDictionary<string, bool> _lost = new();

    private bool IsAll => flags.HasFlag(TreeFlags.All);

    public byte[] Of(Fd fd, Step.Member member, in FileStatus status) => IsAll ? Of((limit, left) => fd.Attributes(limit, left), member, status) : [];

    /// <summary>The attributes of a member that cannot be opened.</summary>
    public byte[] Of(Step.Member member, in FileStatus status)
    {
        if (!IsAll)
        {
            return [];
        }

        using var node = member.Folder.Folder.OpenNode(member.Name);
        return Of((limit, left) => node.NodeAttributes(limit, left), member, status);
    }

    private byte[] Of(Func<int, Action<LinuxException>, byte[]> read, Step.Member member, in FileStatus status)
    {
        if (comparison is not { IsAll: true })
        {
            return read(Limits.MaxAttributes, left => NameLost(left, member));
        }

        var lost = new List<string>();
        var attributes = ComparedMetadata.ReadAll(read, left => lost.Add(left.Message));
        if (lost.Count > 0)
        {
            comparison.Lose(member.Path, [.. lost]);
        }

        return MetadataDigests.Of(attributes, status, unknown: 0);
    }

    /// <summary>
    /// Reports an attribute that does not fit into an entry; the member itself is sent. A target of an earlier version drops a member with an error, so
    /// the error is reported for its directory, if there is one. A member may be visited twice.
    /// </summary>
    private void NameLost(LinuxException left, Step.Member member)
    {
        if (_lost.TryAdd(left.Message, true))
        {
            var path = member.Folder.Path.Length > 0 ? member.Folder.Path : member.Path;
            walk.Push(new StepsCursor([new Step.ItemError(path, left.Message) { IsOfPart = true }]));
        }
    }
}

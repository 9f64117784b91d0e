using System.Collections.Concurrent;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The extended attributes of members of the source; where both sides are compared <see cref="LookDigests"/> in place of them.</summary>
/// <param name="flags">All, or there are none.</param>
/// <param name="comparison">Null for a copy.</param>
/// <param name="walk">Gets what is to be said of attributes that cannot be sent.</param>
internal sealed class SourceAttributes(TreeFlags flags, Comparison? comparison, TreeWalk walk)
{
    private readonly ConcurrentDictionary<string, bool> _lost = new();

    private bool IsAll => flags.HasFlag(TreeFlags.All);

    public byte[] Of(Fd fd, Step.Member member, in FileStatus status) => IsAll ? Of((limit, left) => fd.Attributes(limit, left), member, status) : [];

    /// <summary>Of what cannot be opened.</summary>
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
        var attributes = Looks.ReadAll(read, left => lost.Add(left.Message));
        if (lost.Count > 0)
        {
            comparison.Lose(member.Path, [.. lost]);
        }

        return LookDigests.Of(attributes, status, unknown: 0);
    }

    /// <summary>
    /// An attribute has no room in an entry; the member itself is sent. To a target of an earlier version, which drops a member that has a
    /// trouble, it is a trouble of the directory, where there is one. The member may be looked at twice.
    /// </summary>
    private void NameLost(LinuxException left, Step.Member member)
    {
        if (_lost.TryAdd(left.Message, true))
        {
            var path = member.Folder.Path.Length > 0 ? member.Folder.Path : member.Path;
            walk.Push(new StepsCursor([new Step.Trouble(path, left.Message) { IsOfPart = true }]));
        }
    }
}

using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Finds members in an index written by a <see cref="MemberWalker"/>. Reads the index front to back, once or twice per query, and keeps none of it in
/// memory.
/// </summary>
/// <param name="open">Opens the index at its start.</param>
/// <param name="name">The name in messages.</param>
internal sealed class MemberIndex(Func<Stream> open, string name = "member index")
{
    /// <summary>Limit for chains of hard links, which no tar produces.</summary>
    private const int MaxLinks = 40;

    /// <summary>The missing part of the index as found by the last query; empty if none.</summary>
    public string Shortfall { get; private set; } = "";

    /// <summary>The member with the content of that file; for a hard link, its target.</summary>
    public IndexedMember Find(string path)
    {
        var member = Locate(path);
        for (var links = 0; member is { Kind: MemberKind.HardLink, Stored: 0 }; links++)
        {
            member = links < MaxLinks ? TargetOf(member, path) : throw Fail(path, $"is a link to a link, {MaxLinks} times over");
        }

        return member.Kind switch
        {
            MemberKind.File or MemberKind.Sparse or MemberKind.HardLink or MemberKind.Other => member,
            MemberKind.Inode => member.Stored > 0 ? member : Passed(new MemberSearch(member)).Found ?? member,
            MemberKind.SymbolicLink when member.Target.Length > 0 => throw Fail(
                path, $"is a symbolic link to {RawText.Printable(member.Target)}", "request its target instead"),
            MemberKind.Continuation => throw Fail(path, "is only the rest of a file that another volume begins"),
            _ => throw Fail(path, $"is a {Noun(member.Kind)}, and has no content"),
        };
    }

    /// <summary>The member of that name, of any kind; if there are several, the last, which is the one that remains after unpacking.</summary>
    public IndexedMember Locate(string path)
    {
        var search = Passed(new MemberSearch(new MemberPath(RawText.Encode(path)), long.MaxValue));
        return search.Found ?? throw NotFound(path, search);
    }

    public IEnumerable<IndexedMember> All()
    {
        using var reader = new IndexReader(open(), name);
        while (TryNext(reader, out var member))
        {
            yield return member;
        }

        Shortfall = reader.Shortfall;
    }

    private static bool TryNext(IndexReader reader, out IndexedMember member)
    {
        var isOne = reader.TryNext(out var line);
        member = isOne ? line.ToMember() ?? throw reader.Damaged() : null!;
        return isOne;
    }

    private static string Noun(MemberKind kind) => kind switch
    {
        MemberKind.Directory => "directory",
        MemberKind.SymbolicLink => "symbolic link",
        MemberKind.CharacterDevice or MemberKind.BlockDevice => "device",
        MemberKind.Fifo => "fifo",
        MemberKind.Socket => "socket",
        _ => "label",
    };

    private static Failure Fail(string path, string cause, string hint = "") =>
        new(ExitCode.Objects, $"{RawText.Printable(path)}: {cause}", hint);

    /// <summary>The target as it was when the link was archived.</summary>
    private IndexedMember TargetOf(IndexedMember link, string path) =>
        Passed(new MemberSearch(new MemberPath(RawText.Encode(link.Target)), link.Offset)).Found
        ?? throw Fail(path, $"is a hard link to {RawText.Printable(link.Target)}, which is not in the archive");

    private Failure NotFound(string path, MemberSearch search)
    {
        if (search.IsDirectory)
        {
            return Fail(path, "is a directory, and has no content");
        }

        return Shortfall.Length == 0
            ? Fail(path, "is not in the archive", search.Hint)
            : Fail(path, $"is not in the indexed part of the archive; {Shortfall}", "get all of the archive, and unpack it");
    }

    private MemberSearch Passed(MemberSearch search)
    {
        using var reader = new IndexReader(open(), name);
        while (reader.TryNext(out var line))
        {
            if (search.Takes(line))
            {
                search.Found = line.ToMember() is { } member && search.IsInReach(member) ? member : search.Found;
            }
        }

        Shortfall = reader.Shortfall;
        return search;
    }
}

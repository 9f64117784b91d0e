using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Names that a file system takes for the same though they are written differently, as many do with upper and lower case: what comes
/// under one of them must not take the place of what came under the other.
/// </summary>
internal static class Spelling
{
    /// <summary>Throws if the member that answers to a name is called otherwise.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="name">What is about to be replaced.</param>
    /// <param name="temporary">A member of ours with small letters in its name, by which it shows whether they count.</param>
    /// <exception cref="LinuxException">The directory has it under another name.</exception>
    public static void Check(Folder folder, string name, string temporary)
    {
        if (TellsCaseApart(folder, temporary) || folder.Status(name, follow: false) is null)
        {
            return;
        }

        var other = "";
        using var reader = new FolderReader(folder);
        while (reader.TryNext(out var member, out _))
        {
            if (member == name)
            {
                return;
            }

            other = member.Equals(name, StringComparison.OrdinalIgnoreCase) ? member : other;
        }

        var spelled = other.Length > 0 ? $"as {RawText.Printable(other)}" : "in another spelling";
        throw new LinuxException("rename", folder.NameOf(name), Errno.Exists, $"the target has it {spelled}, which its file system takes for the same");
    }

    /// <summary>Whether two members of a directory are one and the same.</summary>
    public static bool IsOne(FileStatus? one, FileStatus? other) =>
        one is { } first && other is { } second && (first.Device, first.Inode) == (second.Device, second.Inode);

    private static bool TellsCaseApart(Folder folder, string temporary) =>
        !IsOne(folder.Status(temporary.ToUpperInvariant(), follow: false), folder.Status(temporary, follow: false));
}

using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Detects names that a file system treats as equal although they are spelled differently, as case-insensitive ones do: a member under one spelling
/// must not replace another member.
/// </summary>
internal static class Spelling
{
    /// <summary>Throws if the directory stores the member under another spelling.</summary>
    /// <param name="folder">The directory.</param>
    /// <param name="name">The name about to be replaced.</param>
    /// <param name="temporary">A temporary member with lower-case letters in its name, used to test case sensitivity.</param>
    /// <exception cref="LinuxException">The directory has the member under another name.</exception>
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

    /// <summary>Whether two members of a directory are the same file.</summary>
    public static bool IsOne(FileStatus? one, FileStatus? other) =>
        one is { } first && other is { } second && (first.Device, first.Inode) == (second.Device, second.Inode);

    private static bool TellsCaseApart(Folder folder, string temporary) =>
        !IsOne(folder.Status(temporary.ToUpperInvariant(), follow: false), folder.Status(temporary, follow: false));
}

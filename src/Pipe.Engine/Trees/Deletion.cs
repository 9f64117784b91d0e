using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Removes members of a directory with all that is in them. No symbolic link is followed.</summary>
internal static class Deletion
{
    /// <param name="folder">Where.</param>
    /// <param name="isTooMuch">Which of its members.</param>
    public static void Run(Folder folder, Func<string, bool> isTooMuch)
    {
        var members = new List<(string Name, MemberType Type)>();
        using (var reader = new FolderReader(folder))
        {
            while (reader.TryNext(out var name, out var type))
            {
                if (isTooMuch(name))
                {
                    members.Add((name, type));
                }
            }
        }

        foreach (var (name, type) in members)
        {
            Remove(folder, name, type);
        }
    }

    private static void Remove(Folder folder, string name, MemberType type)
    {
        var isDirectory = type == MemberType.Directory
            || (type == MemberType.Unknown && folder.Status(name, follow: false) is { IsDirectory: true });
        if (isDirectory)
        {
            using var inside = new Folder(folder.OpenMember(name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow));
            Run(inside, _ => true);
        }

        folder.Remove(name, isDirectory);
    }
}

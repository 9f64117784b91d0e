using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>Creates nodes without content in a directory.</summary>
internal static class TargetNames
{
    /// <summary>Creates the node directly, or if the name is taken, under a temporary name that then replaces it.</summary>
    /// <param name="folder">The directory.</param>
    /// <param name="name">The name.</param>
    /// <param name="what">The name in messages.</param>
    /// <param name="temporary">A unique temporary name.</param>
    /// <param name="tryMake">Creates the node under a name; false if that is taken.</param>
    /// <exception cref="LinuxException">The node could not be created; the message has its name.</exception>
    public static void Make(Folder folder, string name, string what, string temporary, Func<string, bool> tryMake)
    {
        try
        {
            if (!tryMake(name))
            {
                Replace(folder, name, temporary, tryMake);
            }
        }
        catch (LinuxException e) when (e.Call is not "rename")
        {
            throw new LinuxException(e.Call, folder.NameOf(name), e.Errno, $"{what} cannot be made");
        }
    }

    private static void Replace(Folder folder, string name, string temporary, Func<string, bool> tryMake)
    {
        if (!tryMake(temporary))
        {
            throw new LinuxException("make", folder.NameOf(name), Errno.Exists);
        }

        try
        {
            Spelling.Check(folder, name, temporary);
            folder.Rename(temporary, name);
        }
        finally
        {
            // rename does nothing if both are names of the same file.
            folder.TryRemove(temporary);
        }
    }
}

using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>How something without content takes its name in a directory.</summary>
internal static class TargetNames
{
    /// <summary>Makes it at once, or if the name is taken, aside and into its place.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="what">What messages call it.</param>
    /// <param name="temporary">A name that nothing else has.</param>
    /// <param name="tryMake">Makes it under a name; false if that is taken.</param>
    /// <exception cref="LinuxException">It is not there: said of its name.</exception>
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
            // Two names of one file: then rename does nothing.
            folder.TryRemove(temporary);
        }
    }
}

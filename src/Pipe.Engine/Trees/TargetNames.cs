using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>How what is complete takes its name in a directory.</summary>
internal static class TargetNames
{
    /// <summary>Makes something that has no content: at once, or if the name is taken, aside and into its place.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="temporary">A name that nothing else has.</param>
    /// <param name="tryMake">Makes it under a name; false if that is taken.</param>
    public static void Make(Folder folder, string name, string temporary, Func<string, bool> tryMake)
    {
        if (tryMake(name))
        {
            return;
        }

        if (!tryMake(temporary))
        {
            throw new LinuxException("make", folder.NameOf(temporary), Errno.Exists);
        }

        try
        {
            folder.Rename(temporary, name);
        }
        finally
        {
            // Two names of one file: then rename does nothing.
            folder.Remove(temporary);
        }
    }
}

namespace Pipe.Protocol;

/// <summary>How a tree is copied; the same at both ends. The numbers are on the wire.</summary>
[Flags]
internal enum TreeFlags : ushort
{
    None = 0,

    /// <summary>Directories are copied with all that is in them; without it they are refused.</summary>
    Recurse = 1,

    /// <summary>Modification times and permission bits are kept.</summary>
    Keep = 2,

    /// <summary>Everything is kept: owner, group, extended attributes, links, devices. Symbolic links are copied, not followed.</summary>
    All = 4,

    /// <summary>What is there already and is the same, by its digest, is not sent.</summary>
    Resume = 8,

    /// <summary>With <see cref="Resume"/>: the same size and time is proof enough.</summary>
    Quick = 16,

    /// <summary>What is in a directory of the target and was not in that of the source is removed.</summary>
    Delete = 32,

    /// <summary>The target has to be a directory, and everything goes into it.</summary>
    Inside = 64,

    /// <summary>What lies on another file system is left out.</summary>
    OneFileSystem = 128,

    /// <summary>What is in a directory becomes what is in the target, which is made if it is not there.</summary>
    Contents = 256,

    /// <summary>Nothing is written: both sides are compared, and what differs is named.</summary>
    Compare = 512,

    /// <summary>Symbolic links are copied, not followed; fifos, sockets and devices are copied too. <see cref="All"/> does that anyway.</summary>
    Links = 1024,

    /// <summary>Somebody watches: the sender looks through the tree ahead of the copy and says how much there is in all.</summary>
    Total = 2048,

    /// <summary>All that is known.</summary>
    Known = 4095,
}

namespace Pipe.Protocol;

/// <summary>Options for copying a tree, the same at both ends. The numbers are on the wire.</summary>
[Flags]
internal enum TreeFlags : ushort
{
    None = 0,

    /// <summary>Directories are copied recursively; without this flag they are refused.</summary>
    Recurse = 1,

    /// <summary>Modification times and permission bits are preserved.</summary>
    Keep = 2,

    /// <summary>Everything is preserved: owner, group, extended attributes, links, devices. Symbolic links are copied, not followed.</summary>
    All = 4,

    /// <summary>Content that the target already has, by its digest, is not sent.</summary>
    Resume = 8,

    /// <summary>With <see cref="Resume"/>: files of the same size and time count as equal.</summary>
    Quick = 16,

    /// <summary>Members of target directories that the source lacks are removed.</summary>
    Delete = 32,

    /// <summary>The target must be a directory, and everything goes into it.</summary>
    Inside = 64,

    /// <summary>Other file systems are not entered.</summary>
    OneFileSystem = 128,

    /// <summary>The contents of the source directory go directly into the target, which is created if necessary.</summary>
    Contents = 256,

    /// <summary>Nothing is written: both sides are compared, and differences are reported.</summary>
    Compare = 512,

    /// <summary>Symbolic links are copied, not followed; fifos, sockets and devices are copied too. Implied by <see cref="All"/>.</summary>
    Links = 1024,

    /// <summary>A progress meter runs: the sender scans the tree ahead of the copy and sends Total.</summary>
    Total = 2048,

    /// <summary>All known flags.</summary>
    Known = 4095,
}

namespace Pipe.Archives;

/// <summary>The kinds of members in a tar or cpio stream. <see cref="IndexLine"/> defines their words in an index.</summary>
internal enum MemberKind : byte
{
    File,
    Directory,

    /// <summary>A symbolic link; tar stores the target in the header, cpio as data.</summary>
    SymbolicLink,

    /// <summary>Another name of an earlier member, which its target names.</summary>
    HardLink,

    /// <summary>A cpio file with several names, only one of which has the data. All share the same identifier in place of a target.</summary>
    Inode,

    /// <summary>A file stored without its holes: <see cref="Member.Real"/> is its size with them.</summary>
    Sparse,

    CharacterDevice,
    BlockDevice,
    Fifo,
    Socket,

    /// <summary>The rest of a file that begins in another tar volume.</summary>
    Continuation,

    /// <summary>The name of a volume.</summary>
    Label,

    /// <summary>A vendor-specific type, which tar treats as a file.</summary>
    Other,
}

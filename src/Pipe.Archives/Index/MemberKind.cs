namespace Pipe.Archives;

/// <summary>What a member of a tar or cpio stream is. <see cref="IndexLine"/> has the words that stand for it in an index.</summary>
internal enum MemberKind : byte
{
    File,
    Directory,

    /// <summary>Its target is told for tar; in cpio the target is the data.</summary>
    SymbolicLink,

    /// <summary>Another name of the member that its target names, which stands in front of it.</summary>
    HardLink,

    /// <summary>A cpio file with several names, of which only one has the data. What takes the place of a target is the same for all of them.</summary>
    Inode,

    /// <summary>A file whose holes are left out of the data: <see cref="Member.Real"/> is its size with them.</summary>
    Sparse,

    CharacterDevice,
    BlockDevice,
    Fifo,
    Socket,

    /// <summary>The rest of a file that another volume of a tar begins.</summary>
    Continuation,

    /// <summary>The name of a volume.</summary>
    Label,

    /// <summary>A type that only its maker knows; tar takes it for a file.</summary>
    Other,
}

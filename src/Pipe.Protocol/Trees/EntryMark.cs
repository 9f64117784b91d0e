namespace Pipe.Protocol;

/// <summary>Meanings of the size field in an entry that is neither a file nor a device. A side ignores unknown marks.</summary>
internal static class EntryMark
{
    public const long None = 0;

    /// <summary>In a Directory: its members are omitted, so the target keeps its own.</summary>
    public const long LeftOut = 1;

    /// <summary>In a Directory: a source itself, not a member of one. Patterns with a slash match paths below it.</summary>
    public const long Source = 2;

    /// <summary>In a Directory of a Have: a mount point, which may be a file, or on another file system than its parent.</summary>
    public const long Mounted = 1;

    /// <summary>In a second entry for a Directory of a Have: it holds an excluded member, so it must not be deleted.</summary>
    public const long Needed = 2;

    /// <summary>In a second entry for a symbolic link, as a Directory of a Have: the link leads to a directory, which the rest describes.</summary>
    public const long Reached = 3;

    /// <summary>In an Error: the file changed while it was read. It is sent nevertheless, after this entry and in its last block.</summary>
    public const long Torn = 1;

    /// <summary>Of an Error: something of the member cannot be sent, as an attribute; the member itself is sent.</summary>
    public const long Lessened = 2;
}

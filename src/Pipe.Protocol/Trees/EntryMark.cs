namespace Pipe.Protocol;

/// <summary>What the size says of an entry that is neither a file nor a device. A side that does not know a mark ignores it.</summary>
internal static class EntryMark
{
    public const long None = 0;

    /// <summary>Of a Directory: its members are left out, so what the target has in it stays.</summary>
    public const long LeftOut = 1;

    /// <summary>Of a Directory: it was asked for itself, and is no member of one that was. Patterns with a slash fit paths below it.</summary>
    public const long Source = 2;

    /// <summary>Of a Directory in a Have: something is mounted there, or it lies on another file system than the directory above it.</summary>
    public const long Mounted = 1;

    /// <summary>Of a Directory in a Have, which names it a second time: it holds a member that is excluded, so a deletion leaves it.</summary>
    public const long Needed = 2;

    /// <summary>Of a Directory in a Have, which names a symbolic link a second time: it leads to a directory, and the rest is said of that.</summary>
    public const long Reached = 3;

    /// <summary>Of a Trouble: the file changed while it was read, and is sent all the same, after this entry and in its last block.</summary>
    public const long Torn = 1;

    /// <summary>Of a Trouble: something of the member cannot be sent, as an attribute; the member itself is sent.</summary>
    public const long Lessened = 2;
}

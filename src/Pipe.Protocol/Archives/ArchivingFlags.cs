namespace Pipe.Protocol;

/// <summary>What is done to the fragments of an archive beside writing or reading them. The numbers are on the wire.</summary>
[Flags]
internal enum ArchivingFlags : ushort
{
    None = 0,

    /// <summary>A cut archive goes on behind its last complete fragment.</summary>
    Resume = 1,

    /// <summary>Each fragment is migrated once it is closed.</summary>
    Migrate = 2,

    /// <summary>Each fragment is released once it is read, or migrated, and a second copy is proven.</summary>
    Release = 4,

    /// <summary>The members of a tar or cpio stream are written down.</summary>
    Index = 8,

    /// <summary>All that is known.</summary>
    Known = 15,
}

namespace Pipe.Protocol;

/// <summary>Operations on the fragments of an archive besides writing or reading them. The numbers are on the wire.</summary>
[Flags]
internal enum ArchivingFlags : ushort
{
    None = 0,

    /// <summary>An interrupted archive is resumed after its last complete fragment.</summary>
    Resume = 1,

    /// <summary>Each fragment is migrated once it is closed.</summary>
    Migrate = 2,

    /// <summary>Each fragment is released once it has been read or migrated and a second copy is proven.</summary>
    Release = 4,

    /// <summary>The members of a tar or cpio stream are recorded in an index.</summary>
    Index = 8,

    /// <summary>All known flags.</summary>
    Known = 15,
}

namespace Pipe.Protocol;

/// <summary>Metadata in which a member differs. Bits, on the wire as the size of a Difference.</summary>
[Flags]
internal enum Aspects
{
    None = 0,

    /// <summary>Permission bits.</summary>
    Mode = 1,

    /// <summary>Modification time.</summary>
    Time = 2,

    /// <summary>Owner or group.</summary>
    Owner = 4,

    /// <summary>Extended attributes, including access control lists.</summary>
    Attributes = 8,

    /// <summary>Hard links: which names share a file.</summary>
    Links = 16,

    /// <summary>The kind: one side has a directory where the other has something else, and a copy cannot replace it.</summary>
    Kind = 32,

    /// <summary>All known bits.</summary>
    Known = 63,
}

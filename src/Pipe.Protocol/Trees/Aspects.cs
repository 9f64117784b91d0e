namespace Pipe.Protocol;

/// <summary>What of a member differs beside its content. Bits, on the wire as the size of a Difference.</summary>
[Flags]
internal enum Aspects
{
    None = 0,

    /// <summary>Permission bits.</summary>
    Mode = 1,

    /// <summary>The time of the last modification.</summary>
    Time = 2,

    /// <summary>Owner or group.</summary>
    Owner = 4,

    /// <summary>Extended attributes, access control lists among them.</summary>
    Attributes = 8,

    /// <summary>Which names are one file.</summary>
    Links = 16,

    /// <summary>The kind: one side has a directory where the other has something else, and a copy cannot replace it.</summary>
    Kind = 32,

    /// <summary>All that is known.</summary>
    Known = 63,
}

namespace Pipe.Protocol;

/// <summary>Optional abilities that a side announces in its Hello. The numbers are on the wire.</summary>
[Flags]
internal enum Features : ulong
{
    None = 0,

    /// <summary>When a file is resumed, the side sends HaveRanges and accepts Kept blocks as the receiver, and accepts HaveRanges and sends Kept blocks as the sender.</summary>
    Ranges = 1,

    /// <summary>Takes Demand as the sender of an object on demand.</summary>
    Demand = 2,

    /// <summary>Takes the numbers of removed and of unchanged members in a Report.</summary>
    Sums = 4,

    /// <summary>Can be a node of a chain.</summary>
    Chain = 8,
}

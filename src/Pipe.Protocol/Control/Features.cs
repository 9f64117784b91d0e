namespace Pipe.Protocol;

/// <summary>What a side can do that not every side can, in its Hello. The numbers are on the wire.</summary>
[Flags]
internal enum Features : ulong
{
    None = 0,

    /// <summary>As the receiver of a file that is to be resumed it sends HaveRanges, and takes blocks of type Kept; as the sender the other way round.</summary>
    Ranges = 1,

    /// <summary>Takes Demand as the sender of an object on demand.</summary>
    Demand = 2,
}

namespace Pipe.Engine;

/// <summary>Sizes chosen by measurement with tests/bench/run.</summary>
internal static class Defaults
{
    /// <summary>Payload of a block in bytes.</summary>
    public const int Block = 1024 * 1024;

    /// <summary>Initial number of data connections.</summary>
    public const int Lanes = 2;

    /// <summary>Maximum number of data connections that a session chooses by itself on a long path.</summary>
    public const int MostLanes = 32;

    /// <summary>Initial number of a stream's blocks kept at either end: unacknowledged, or parked.</summary>
    public const int StreamWindow = 16;

    /// <summary>Maximum number of a stream's blocks kept at either end on a long path.</summary>
    public const int MostStreamWindow = 128;

    /// <summary>Blocks per acknowledgement. With more, that number times the lanes could be the whole window of a stream.</summary>
    public const int AckEvery = 1;
}

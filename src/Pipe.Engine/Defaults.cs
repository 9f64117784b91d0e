namespace Pipe.Engine;

/// <summary>Sizes that were found by measuring, tests/bench/run.</summary>
internal static class Defaults
{
    /// <summary>Payload bytes of a block.</summary>
    public const int Block = 1024 * 1024;

    /// <summary>Data connections to begin with.</summary>
    public const int Lanes = 2;

    /// <summary>Data connections that a session on a long link may come to have by itself.</summary>
    public const int MostLanes = 32;

    /// <summary>Blocks of a pipe that are kept at either end, to begin with: sent and not acknowledged, or parked.</summary>
    public const int StreamWindow = 16;

    /// <summary>Blocks of a pipe that may come to be kept at either end of a long link.</summary>
    public const int MostStreamWindow = 128;

    /// <summary>Blocks that one acknowledgement speaks of. With more, lanes times that many could be all that a pipe's sender keeps.</summary>
    public const int AckEvery = 1;
}

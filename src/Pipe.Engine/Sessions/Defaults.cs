namespace Pipe.Engine;

/// <summary>Sizes that were found by measuring, tests/bench/run.</summary>
internal static class Defaults
{
    /// <summary>Payload bytes of a block.</summary>
    public const int Block = 1024 * 1024;

    /// <summary>Data connections of a session.</summary>
    public const int Lanes = 2;

    /// <summary>Blocks of a pipe that are kept at either end: sent and not acknowledged, or parked.</summary>
    public const int StreamWindow = 16;

    /// <summary>Blocks that one acknowledgement speaks of. With more, lanes times that many could be all that a pipe's sender keeps.</summary>
    public const int AckEvery = 1;
}

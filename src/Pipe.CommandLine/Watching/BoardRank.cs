namespace Pipe.CommandLine;

/// <summary>How a row of a <see cref="Board"/> is counted, in the order in which rows get a place on a small screen.</summary>
internal enum BoardRank
{
    Moving,
    Waiting,
    Failed,
    Done,
}

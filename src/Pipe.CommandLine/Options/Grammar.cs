namespace Pipe.CommandLine;

/// <summary>How options are spelled on a command line.</summary>
internal enum Grammar
{
    /// <summary>dmscp, ytar, yarchive: words with one or two dashes, in any order; single-letter flags can be bundled.</summary>
    SingleDashWords,

    /// <summary>yscp: as in scp, letters can be bundled and take an argument from the same word; words have two dashes.</summary>
    ScpLetters,
}

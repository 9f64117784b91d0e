namespace Pipe.CommandLine;

/// <summary>How options are spelled on a command line.</summary>
internal enum Grammar
{
    /// <summary>dmscp, ytar, yarchive: words with one dash or two, in any order; flags of one letter can be bundled.</summary>
    SingleDashWords,

    /// <summary>yscp: letters can be bundled and take their argument from the same word, as in scp; words have two dashes.</summary>
    ScpLetters,
}

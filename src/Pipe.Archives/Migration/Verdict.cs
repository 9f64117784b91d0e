namespace Pipe.Archives;

/// <summary>What the end of a command means for the files it was given.</summary>
internal enum Verdict
{
    /// <summary>It says that all is done.</summary>
    Done,

    /// <summary>It says that the system will see to it.</summary>
    Queued,

    /// <summary>Not now; later perhaps.</summary>
    Retry,

    /// <summary>Not these files.</summary>
    Refuse,

    /// <summary>Not here: the command or the file system is not what it should be.</summary>
    Fatal,
}

/// <summary>What came of one file.</summary>
/// <param name="Verdict">What the command's end means.</param>
/// <param name="Cause">What it said, in one line; empty if nothing.</param>
internal readonly record struct VerbOutcome(Verdict Verdict, string Cause)
{
    public bool IsAccepted => Verdict is Verdict.Done or Verdict.Queued;
}

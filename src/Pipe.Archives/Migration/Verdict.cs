namespace Pipe.Archives;

/// <summary>The meaning of a command's exit for its files.</summary>
internal enum Verdict
{
    /// <summary>The command reports success.</summary>
    Done,

    /// <summary>The system has accepted the request.</summary>
    Queued,

    /// <summary>Not now; possibly later.</summary>
    Retry,

    /// <summary>Refused for these files.</summary>
    Refuse,

    /// <summary>Not possible here: something is wrong with the command or the file system.</summary>
    Fatal,
}

/// <summary>The outcome for one file.</summary>
/// <param name="Verdict">The meaning of the command's exit.</param>
/// <param name="Cause">The error message, in one line; empty if there is none.</param>
internal readonly record struct VerbOutcome(Verdict Verdict, string Cause)
{
    public bool IsAccepted => Verdict is Verdict.Done or Verdict.Queued;
}

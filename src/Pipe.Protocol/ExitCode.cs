namespace Pipe.Protocol;

/// <summary>How a run ended: the exit status of every front end, and the verdict that crosses the wire.</summary>
internal enum ExitCode : byte
{
    /// <summary>Everything arrived, was checked, is durable; the commands ended with 0.</summary>
    Done = 0,

    /// <summary>Some objects could not be read or written.</summary>
    Objects = 1,

    /// <summary>The command line makes no sense.</summary>
    Usage = 2,

    /// <summary>The peer cannot be reached or started, or fell silent.</summary>
    Unreachable = 3,

    /// <summary>What arrived is not what was sent.</summary>
    Integrity = 4,

    /// <summary>No space, or no quota, left where the data go.</summary>
    NoSpace = 5,

    /// <summary>Ended by a signal.</summary>
    Interrupted = 6,

    /// <summary>The peer broke the protocol or speaks another version.</summary>
    Protocol = 7,

    /// <summary>A remote or local command failed; its status is in the message.</summary>
    Command = 8,

    /// <summary>Waited for space, or for what is on tape, for as long as was allowed. What is there is kept: it can go on from there.</summary>
    WaitedInVain = 9,

    /// <summary>A fault in this program.</summary>
    Bug = 70,
}

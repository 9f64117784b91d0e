namespace Pipe.Protocol;

/// <summary>The outcome of a run: the exit status of every front end, and the verdict on the wire.</summary>
internal enum ExitCode : byte
{
    /// <summary>All data arrived, are checked and durable; the commands exited with 0.</summary>
    Done = 0,

    /// <summary>Some objects could not be read or written.</summary>
    Objects = 1,

    /// <summary>Usage error.</summary>
    Usage = 2,

    /// <summary>The peer could not be reached or started, or stopped answering.</summary>
    Unreachable = 3,

    /// <summary>The data received differ from the data sent.</summary>
    Integrity = 4,

    /// <summary>The target's disk is full, or its quota used up.</summary>
    NoSpace = 5,

    /// <summary>Interrupted by a signal.</summary>
    Interrupted = 6,

    /// <summary>The peer violated the protocol or speaks another version.</summary>
    Protocol = 7,

    /// <summary>A remote or local command failed; its status is in the message.</summary>
    Command = 8,

    /// <summary>Timed out waiting for space or tape. The received data are kept and can be resumed.</summary>
    TimedOut = 9,

    /// <summary>Internal error.</summary>
    Bug = 70,
}

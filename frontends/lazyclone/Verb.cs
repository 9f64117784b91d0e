namespace Pipe.Lazyclone;

/// <summary>The command of a command line.</summary>
internal enum Verb
{
    /// <summary>Creates or resumes a clone and serves it.</summary>
    Serve,

    /// <summary>Prints the status line.</summary>
    Status,

    /// <summary>Sends a dm-clone message.</summary>
    Message,

    /// <summary>Waits for an event.</summary>
    Wait,

    /// <summary>Waits until every region is hydrated, and ends the clone.</summary>
    Finish,

    /// <summary>Prefetches ranges.</summary>
    Warm,

    /// <summary>Repairs the damaged metadata of a stopped clone.</summary>
    Repair,
}

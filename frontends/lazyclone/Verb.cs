namespace Pipe.Lazyclone;

/// <summary>What a command line is about.</summary>
internal enum Verb
{
    /// <summary>Makes a clone, or goes on with one, and serves it.</summary>
    Serve,

    /// <summary>Prints the status line.</summary>
    Status,

    /// <summary>Sends a message of dm-clone.</summary>
    Message,

    /// <summary>Waits for an event.</summary>
    Wait,

    /// <summary>Waits until all is hydrated, and ends the clone.</summary>
    Finish,

    /// <summary>Fetches ranges soon.</summary>
    Warm,

    /// <summary>Mends damaged metadata; of a clone that does not run.</summary>
    Repair,
}

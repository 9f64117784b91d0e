using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The context in which an object is opened.</summary>
/// <param name="Resource">The object.</param>
/// <param name="Place"><see cref="Engine.Place.Local"/> or <see cref="Engine.Place.Remote"/>, for messages.</param>
/// <param name="Tally">Counts the bytes that the sink has stored.</param>
internal sealed record OpenContext(Resource Resource, string Place, Tally Tally)
{
    /// <summary>For a sink: the sender's terms for the source.</summary>
    public Terms Terms { get; init; }

    /// <summary>Whether to write a file in place.</summary>
    public bool InPlace { get; init; }

    /// <summary>Whether a new file that is resumed begins as a copy of the file that it replaces.</summary>
    public bool CopiesOld { get; init; } = true;

    /// <summary>The settings of an archive.</summary>
    public Archiving? Archiving { get; init; }

    /// <summary>Seconds to wait without progress for files on tape; 0 for no limit.</summary>
    public int PatienceSeconds { get; init; }

    /// <summary>For a sink: handles a full disk; owned by the sink.</summary>
    public SpaceRetry SpaceRetry { get; init; } = SpaceRetry.None;

    /// <summary>Called, on this host, with the reason for a wait before data move.</summary>
    public required Action<string> Waiting { get; init; }

    /// <summary>Called with the reason for a wait, wherever the user is.</summary>
    public required Action<string> WaitingForUser { get; init; }

    /// <summary>Called if a command fails before its end.</summary>
    public Action<Failure> Failed { get; init; } = _ => { };

    /// <summary>The observer of this side; null where only the other side is observed.</summary>
    public IObserver? Observer { get; init; }

    /// <summary>Called with each member of the object that cannot be written.</summary>
    public required Action<string> ItemError { get; init; }

    /// <summary>Called with each requested member that the sender could not read.</summary>
    public required Action<string> Unread { get; init; }

    /// <summary>The name of the other side in messages.</summary>
    public string Peer { get; init; } = "";

    /// <summary>For a sink: the source as it was requested from the other side; null if that side does not know.</summary>
    public Resource? Source { get; init; }

    /// <summary>The source that was requested from an untrusted sender; null if it is trusted.</summary>
    public Resource? Asked { get; init; }
}

using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What is known where an object is opened.</summary>
/// <param name="Resource">The object.</param>
/// <param name="Place"><see cref="Engine.Place.Local"/> or <see cref="Engine.Place.Remote"/>, for messages.</param>
/// <param name="Tally">Counts what the sink has.</param>
internal sealed record OpenContext(Resource Resource, string Place, Tally Tally)
{
    /// <summary>Of a sink: what the sender says of the source.</summary>
    public Terms Terms { get; init; }

    /// <summary>Whether a file is to be written where it is.</summary>
    public bool InPlace { get; init; }

    /// <summary>What is to be known of an archive.</summary>
    public Archiving? Archiving { get; init; }

    /// <summary>How long to wait for what is on tape, without progress; 0: as long as it takes.</summary>
    public int PatienceSeconds { get; init; }

    /// <summary>Of a sink: what it does when a disk is full; owned by the sink.</summary>
    public Patience Patience { get; init; } = Patience.None;

    /// <summary>Is told, on this host, what is waited for before data move.</summary>
    public required Action<string> Waiting { get; init; }

    /// <summary>Is told what is waited for, wherever the user is.</summary>
    public required Action<string> WaitingForUser { get; init; }

    /// <summary>Is told of a command that fails before its end.</summary>
    public Action<Failure> Failed { get; init; } = _ => { };

    /// <summary>Watches this side; null where only the other side is watched.</summary>
    public IObserver? Observer { get; init; }

    /// <summary>Is told which member of the object cannot be written.</summary>
    public required Action<string> Trouble { get; init; }

    /// <summary>Is told which member that was asked for the sender could not read.</summary>
    public required Action<string> Unread { get; init; }

    /// <summary>What messages call the other side.</summary>
    public string Peer { get; init; } = "";

    /// <summary>The source that was named to a sender that is not trusted; null if it is trusted.</summary>
    public Resource? Asked { get; init; }
}

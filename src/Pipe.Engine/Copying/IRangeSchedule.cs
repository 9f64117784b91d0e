namespace Pipe.Engine;

/// <summary>
/// Decides which range of an addressable source is sent next. The outbox calls it under its own lock, so a schedule never blocks and needs no lock
/// against the outbox. Each byte of the object is in one range. The outbox resends lost ranges itself.
/// </summary>
internal interface IRangeSchedule
{
    /// <summary>Whether every range has been handed out.</summary>
    bool IsExhausted { get; }

    /// <summary>
    /// Raised when <see cref="TryNext"/> may succeed after it has returned false. Any thread, but not under a lock that <see cref="TryNext"/> takes.
    /// </summary>
    event Action? Changed;

    /// <summary>Returns the next range; a data range has at most that many bytes. False if there is none at the moment.</summary>
    bool TryNext(int most, out BlockRange range);
}

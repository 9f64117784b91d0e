namespace Pipe.Engine;

/// <summary>
/// Decides which range of an addressable source goes out next. The outbox calls it under its lock, so that it never waits and needs no
/// lock against the outbox; each byte of the object is in one range. What is lost on the way is the outbox's to send again.
/// </summary>
internal interface IRangeSchedule
{
    /// <summary>Every range has been given out.</summary>
    bool IsExhausted { get; }

    /// <summary>There may be a next range where there was none. Raised by any thread, not under a lock that <see cref="TryNext"/> takes.</summary>
    event Action? Changed;

    /// <summary>The next range, of data at most that many bytes; false if there is none at the moment.</summary>
    bool TryNext(int most, out BlockRange range);
}

using System.Diagnostics;

namespace Pipe.Archives;

/// <summary>One file of a <see cref="RecallAhead"/>, used under its lock. Decides what to do with the file and when; the owner does it.</summary>
internal sealed class RecalledFile(RecallFile file)
{
    private const int MostRefusals = 3;
    private MigrationState _state;
    private long _asked;
    private bool _isAsked;
    private bool _wasRecalling;
    private long _wanted;
    private int _requests;
    private int _attempts;
    private int _polls;
    private int _refusals;

    public string Path => file.Path;

    public long Size => file.Size;

    /// <summary>When the next action is due, on the clock of <see cref="Stopwatch"/>.</summary>
    public long Due { get; private set; }

    /// <summary>When the query was sent that showed the file on disk; 0 if the last answer was different.</summary>
    public long Proven { get; private set; }

    /// <summary>Whether a recall command for it is running.</summary>
    public bool IsBusy { get; set; }

    public bool IsRead { get; set; }

    /// <summary>Whether there is nothing left to do after it was read.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether its disk space will soon be free.</summary>
    public bool IsHeld => IsRead && !IsOver && _attempts == 0;

    /// <summary>Why it cannot be recalled; empty while it can.</summary>
    public string Fault { get; private set; } = "";

    private string Cause { get; set; } = "";

    public string Words(string system)
    {
        var asked = _isAsked ? $", asked for {Stopwatch.GetElapsedTime(_asked).TotalSeconds:0} s ago" : "";
        return $"{file.Path}: {(Cause.Length > 0 ? Cause : $"{_state.Word()} says {system}{asked}")}";
    }

    /// <summary>Records its state; true if that is progress.</summary>
    public bool RecordState(MigrationState state, long put, MigrationPace pace)
    {
        var wasThere = Proven != 0;
        var wasComing = _wasRecalling;
        _state = state;
        Proven = state.IsOnDisk() ? put : 0;
        _wasRecalling = state == MigrationState.Recalling;
        _isAsked &= !wasThere || Proven != 0; // it is back on tape: the old request no longer counts
        Due = put < _wanted ? 0 : Proven != 0 ? After(pace.SlowestPoll) : After(MigrationPace.Backoff(pace.Poll, pace.SlowestPoll, _polls++));
        Cause = Proven != 0 ? "" : Cause;
        Fault = state == MigrationState.Lost ? "its copy is lost, and it is not on disk" : Fault;
        return (Proven != 0 && !wasThere) || (_wasRecalling && !wasComing && _requests <= 1);
    }

    /// <summary>Whether to send a request now: the file is not here, and no request was sent, or the last one seems lost.</summary>
    public bool WantsRequest(MigrationPace pace) =>
        !IsBusy && Fault.Length == 0 && _state == MigrationState.Offline
        && (!_isAsked || Stopwatch.GetElapsedTime(_asked) > MigrationPace.Backoff(pace.Lost, pace.SlowestLost, _requests - 1));

    /// <summary>Records the outcome of a recall command.</summary>
    public void Answer(VerbOutcome outcome, MigrationPace pace)
    {
        Cause = outcome.Cause;
        if (outcome.IsAccepted)
        {
            _isAsked = true;
            _asked = Stopwatch.GetTimestamp();
            _requests++;
            _polls = 0;
            _attempts = 0;
            Due = outcome.Verdict == Verdict.Done ? 0 : After(pace.Poll);
            return;
        }

        // It may have arrived nevertheless: the state is queried first.
        Due = After(MigrationPace.Backoff(pace.Retry, pace.SlowestRetry, _attempts++));
        if (outcome.Verdict is Verdict.Refuse or Verdict.Fatal && ++_refusals >= MostRefusals)
        {
            Fault = outcome.Cause;
        }
    }

    /// <summary>Records the outcome of a release command.</summary>
    public void AnswerRelease(VerbOutcome outcome, MigrationPace pace)
    {
        IsOver = outcome.IsAccepted;
        Due = After(MigrationPace.Backoff(pace.Retry, pace.SlowestRetry, _attempts++));
    }

    /// <summary>Records that a reader has been waiting since then: a query before that is not enough.</summary>
    public void Hurry(long since)
    {
        _wanted = since;
        Due = 0;
    }

    /// <summary>Records that it has been read.</summary>
    public void Close(bool release)
    {
        IsRead = true;
        IsOver = !release;
        _attempts = 0;
        Due = 0;
    }

    private static long After(TimeSpan time) => Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
}

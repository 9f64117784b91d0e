using System.Diagnostics;

namespace Pipe.Archives;

/// <summary>The progress of a file towards a second copy, in ascending order.</summary>
internal enum MigrationStep
{
    Waiting,

    /// <summary>A command has accepted the file, or reported success.</summary>
    Asked,

    /// <summary>The system's state shows the request.</summary>
    Known,

    /// <summary>The system's state shows a copy.</summary>
    Copied,

    /// <summary>Its disk space has been freed.</summary>
    Released,

    /// <summary>It cannot be migrated: see its cause.</summary>
    Failed,
}

/// <summary>One file of a <see cref="MigrationQueue"/>, used under its lock. Decides what to do with the file and when; the queue does it.</summary>
internal sealed class MigratingFile(string path, long size, TimeSpan minimumAge)
{
    private const int MostRefusals = 3;
    private readonly long _added = Stopwatch.GetTimestamp();
    private MigrationStep _furthest;
    private long _asked;
    private int _attempts;
    private int _requests;
    private int _polls;
    private int _refusals;

    public string Path { get; } = path;

    public long Size { get; } = size;

    public MigrationStep Step { get; private set; }

    /// <summary>When the next action is due, on the clock of <see cref="Stopwatch"/>.</summary>
    public long Due { get; private set; } = After(minimumAge);

    /// <summary>Whether a command is working on it.</summary>
    public bool IsBusy { get; set; }

    public MigrationState State { get; private set; }

    /// <summary>The last error reported for it.</summary>
    public string Cause { get; private set; } = "";

    public TimeSpan Age => Stopwatch.GetElapsedTime(_added);

    public bool IsYoung => Age < minimumAge;

    public bool IsOver => Step is MigrationStep.Released or MigrationStep.Failed;

    /// <summary>Whether the system has accepted the request for good, as far as can be known.</summary>
    public bool IsAccepted(bool showsRequests) =>
        Step is MigrationStep.Known or MigrationStep.Copied or MigrationStep.Released || (Step == MigrationStep.Asked && IsQueued && !showsRequests);

    /// <summary>Whether the last command said that the system will migrate the file, rather than that it has.</summary>
    private bool IsQueued { get; set; }

    /// <summary>Records its state; true if that is further than ever before.</summary>
    public bool RecordState(MigrationState state, MigrationPace pace)
    {
        State = state;
        Due = After(MigrationPace.Backoff(pace.Poll, pace.SlowestPoll, _polls++));
        var step = state switch
        {
            MigrationState.Dual => MigrationStep.Copied,
            MigrationState.Offline or MigrationState.Recalling => MigrationStep.Released,
            MigrationState.Migrating => MigrationStep.Known,
            MigrationState.Lost => MigrationStep.Failed,
            MigrationState.Unknown => Step,
            _ => Step >= MigrationStep.Asked ? MigrationStep.Asked : MigrationStep.Waiting,
        };
        Cause = state == MigrationState.Lost ? "its copy is lost, and it is not on disk" : Cause;
        return Reach(step);
    }

    /// <summary>Whether to send a request now: none was sent, or the last one seems lost.</summary>
    public bool WantsRequest(MigrationPace pace) => Step switch
    {
        MigrationStep.Waiting => State.IsOnDisk() || _requests == 0,
        MigrationStep.Asked => Stopwatch.GetElapsedTime(_asked) > MigrationPace.Backoff(pace.Lost, pace.SlowestLost, _requests - 1),
        _ => false,
    };

    /// <summary>Records the outcome of a migrate command; true if that is further than ever before.</summary>
    public bool Answer(VerbOutcome outcome, MigrationPace pace)
    {
        Cause = outcome.Cause;
        if (outcome.IsAccepted)
        {
            _asked = Stopwatch.GetTimestamp();
            _requests++;
            _polls = 0;
            _attempts = 0;
            IsQueued = outcome.Verdict == Verdict.Queued;
            Due = IsQueued ? After(pace.Poll) : Stopwatch.GetTimestamp();
            return Reach(MigrationStep.Asked);
        }

        return outcome.Verdict is Verdict.Refuse or Verdict.Fatal ? Refused(pace) : Later(pace);
    }

    /// <summary>Records the outcome of a release command.</summary>
    public bool AnswerRelease(VerbOutcome outcome, MigrationPace pace)
    {
        if (outcome.IsAccepted)
        {
            return Reach(MigrationStep.Released);
        }

        Due = After(MigrationPace.Backoff(pace.Retry, pace.SlowestRetry, _attempts++));
        return false;
    }

    /// <summary>Makes the next action due soon, because space is needed.</summary>
    public void Hurry(MigrationPace pace)
    {
        _polls = 0;
        _attempts = Math.Min(_attempts, 1);
        Due = IsYoung ? Due : Math.Min(Due, After(pace.Poll));
    }

    /// <summary>Records a refusal. The command may have succeeded nevertheless: only a state that does not change proves otherwise.</summary>
    private bool Refused(MigrationPace pace)
    {
        if (++_refusals < MostRefusals)
        {
            return Later(pace);
        }

        Step = MigrationStep.Failed;
        return false;
    }

    private bool Later(MigrationPace pace)
    {
        Step = MigrationStep.Waiting;
        Due = After(MigrationPace.Backoff(pace.Retry, pace.SlowestRetry, _attempts++));
        return false;
    }

    private bool Reach(MigrationStep step)
    {
        Step = step;
        var isFurther = step > _furthest;
        _furthest = isFurther ? step : _furthest;
        return isFurther;
    }

    private static long After(TimeSpan time) => Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
}

using System.Diagnostics;

namespace Pipe.Archives;

/// <summary>How far a file has come on its way to a second copy. Later is further.</summary>
internal enum MigrationStep
{
    Waiting,

    /// <summary>A command said that the system will see to it, or that it has.</summary>
    Asked,

    /// <summary>The system's state says that the request is known.</summary>
    Known,

    /// <summary>The system's state says that there is a copy.</summary>
    Copied,

    /// <summary>Its disk space is free again.</summary>
    Released,

    /// <summary>It will not be: see its trouble.</summary>
    Failed,
}

/// <summary>One file of a <see cref="MigrationQueue"/>, under its lock. It decides what is to be done with the file when; others do it.</summary>
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

    /// <summary>When something is to be done, on the clock of <see cref="Stopwatch"/>.</summary>
    public long Due { get; private set; } = After(minimumAge);

    /// <summary>Whether a command works on it.</summary>
    public bool IsBusy { get; set; }

    public MigrationState State { get; private set; }

    /// <summary>What was said last against it.</summary>
    public string Cause { get; private set; } = "";

    public TimeSpan Age => Stopwatch.GetElapsedTime(_added);

    public bool IsYoung => Age < minimumAge;

    public bool IsOver => Step is MigrationStep.Released or MigrationStep.Failed;

    /// <summary>Whether the system has the request for good, as far as can be known.</summary>
    public bool IsAccepted(bool showsRequests) =>
        Step is MigrationStep.Known or MigrationStep.Copied or MigrationStep.Released || (Step == MigrationStep.Asked && IsQueued && !showsRequests);

    /// <summary>Whether the last command said that the system will see to it, rather than that it has.</summary>
    private bool IsQueued { get; set; }

    /// <summary>Takes note of its state; true if that is further than it ever was.</summary>
    public bool Look(MigrationState state, MigrationPace pace)
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

    /// <summary>Whether it is to be asked for now: it never was, or the request seems to be lost.</summary>
    public bool WantsRequest(MigrationPace pace) => Step switch
    {
        MigrationStep.Waiting => State.IsOnDisk() || _requests == 0,
        MigrationStep.Asked => Stopwatch.GetElapsedTime(_asked) > MigrationPace.Backoff(pace.Lost, pace.SlowestLost, _requests - 1),
        _ => false,
    };

    /// <summary>Takes note of what a command to migrate it said; true if it came further than it ever was.</summary>
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

    /// <summary>Takes note of what a command to release it said.</summary>
    public bool AnswerRelease(VerbOutcome outcome, MigrationPace pace)
    {
        if (outcome.IsAccepted)
        {
            return Reach(MigrationStep.Released);
        }

        Due = After(MigrationPace.Backoff(pace.Retry, pace.SlowestRetry, _attempts++));
        return false;
    }

    /// <summary>Something is in need of it now.</summary>
    public void Hurry(MigrationPace pace)
    {
        _polls = 0;
        _attempts = Math.Min(_attempts, 1);
        Due = IsYoung ? Due : Math.Min(Due, After(pace.Poll));
    }

    /// <summary>It may have been done all the same: only a state that does not change proves that it was not.</summary>
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

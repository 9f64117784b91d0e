using System.Diagnostics;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>What a disk that is full may hope for.</summary>
internal enum Reclaimed
{
    /// <summary>Space has been freed since the last time that was asked.</summary>
    Freed,

    /// <summary>Files are on their way to a second copy, or have one and can be released.</summary>
    Pending,

    /// <summary>No file of this queue will give back any space.</summary>
    Nothing,
}

/// <summary>
/// Has files migrated, in the background: each when it is old enough, several with one command, again if the system had no time or lost
/// the request, until it says that there is a second copy; and released then, if that is wished for. Safe from any thread.
/// </summary>
internal sealed class MigrationQueue : IDisposable
{
    private const int MostAtOnce = 100;
    private readonly MigrationSystem _system;
    private readonly bool _release;
    private readonly MigrationPace _pace;
    private readonly Halt _halt = new();
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _news = new();
    private readonly ManualResetEventSlim _progressed = new();
    private readonly List<MigratingFile> _files = [];
    private readonly List<Thread> _threads = [];
    private long _progress = Stopwatch.GetTimestamp();
    private int _calls;
    private bool _hasFreed;
    private bool _hasKept;

    /// <param name="system">Who does it.</param>
    /// <param name="release">Whether the disk space of files is freed once they have their copies.</param>
    /// <param name="patience">How long somebody will wait for that at most; null if nobody has said.</param>
    /// <exception cref="Failure">It cannot do that.</exception>
    public MigrationQueue(MigrationSystem system, bool release, TimeSpan? patience = null)
    {
        _system = system.CanMigrate && (!release || system.CanRelease)
            ? system
            : throw new Failure(ExitCode.Usage, $"data migration: no command to {(system.CanMigrate ? "release" : "migrate")} files", $"name one with {OptionWord.MigrateCommand} or {OptionWord.ReleaseCommand}");
        _release = release;
        _pace = system.Pace.Within(patience ?? TimeSpan.MaxValue);
        Start(Work);
    }

    /// <summary>Files that have no copy yet, and no trouble either.</summary>
    public int Pending
    {
        get
        {
            lock (_lock)
            {
                return _files.Count(file => file.Step < MigrationStep.Copied);
            }
        }
    }

    /// <summary>A file that is complete and closed. Empty ones have nothing to migrate.</summary>
    public void Add(string path, long size)
    {
        if (size == 0)
        {
            return;
        }

        lock (_lock)
        {
            _files.Add(new MigratingFile(path, size, _system.MinimumAge));
            _progress = Stopwatch.GetTimestamp();
        }

        _news.Set();
    }

    /// <summary>Tells a writer whose disk is full what may come, and looks again sooner.</summary>
    public Reclaimed Reclaim()
    {
        lock (_lock)
        {
            foreach (var file in _files)
            {
                file.Hurry(_pace);
            }

            _news.Set();
            var hasFreed = _hasFreed;
            _hasFreed = false;
            return hasFreed ? Reclaimed.Freed : _hasKept || _files.Any(file => !file.IsOver) ? Reclaimed.Pending : Reclaimed.Nothing;
        }
    }

    /// <summary>Waits until every file's request is known to the system, or has no hope.</summary>
    /// <param name="patience">How long without any progress; the time a file is too young does not count.</param>
    /// <param name="waiting">Is told now and then what is waited for.</param>
    /// <param name="untilCopied">Whether to wait for the copies themselves, and for the releases that are wished for.</param>
    /// <returns>What went wrong, in words; nothing if all is well.</returns>
    public IReadOnlyList<string> Finish(TimeSpan patience, Action<string> waiting, bool untilCopied = false)
    {
        var words = new WaitWords(_pace.Words);
        lock (_lock)
        {
            _progress = Stopwatch.GetTimestamp();
        }

        while (!_halt.IsRaised && Open(untilCopied) is { Length: > 0 } open && WithoutProgress() < patience)
        {
            words.Say(() => InWords(open), waiting);
            _progressed.Reset();
            _progressed.Wait(TimeSpan.FromMilliseconds(Math.Min(200, _pace.Poll.TotalMilliseconds)));
        }

        lock (_lock)
        {
            return [.. _files.Where(file => file.Step == MigrationStep.Failed || IsOpen(file, untilCopied)).Select(Trouble)];
        }
    }

    /// <summary>Ends the commands that run, and all waits. Nothing more is asked for.</summary>
    public void Abort()
    {
        _halt.Raise();
        _news.Set();
        _progressed.Set();
    }

    public void Dispose()
    {
        Abort();
        for (var i = 0; i < _threads.Count; i++)
        {
            _threads[i].Join(); // the first one starts the others
        }
    }

    private bool IsOpen(MigratingFile file, bool untilCopied) =>
        !file.IsOver && (untilCopied ? _release || file.Step < MigrationStep.Copied : !file.IsAccepted(_system.ShowsRequests));

    private MigratingFile[] Open(bool untilCopied)
    {
        lock (_lock)
        {
            return [.. _files.Where(file => IsOpen(file, untilCopied))];
        }
    }

    private TimeSpan WithoutProgress()
    {
        lock (_lock)
        {
            _progress = _files.Any(file => file.IsYoung) ? Stopwatch.GetTimestamp() : _progress;
            return Stopwatch.GetElapsedTime(_progress);
        }
    }

    private string InWords(MigratingFile[] open)
    {
        var first = open[0];
        var more = open.Length > 1 ? $" and {open.Length - 1} more" : "";
        var cause = first.Cause.Length > 0 ? first.Cause : first.IsYoung ? "too young to be migrated" : $"its state is {first.State.Word()}";
        return $"waiting {first.Age.TotalSeconds:0} s for {_system.Name} to migrate {first.Path}{more}: {cause}";
    }

    private string Trouble(MigratingFile file) =>
        $"{file.Path}: not migrated by {_system.Name}: {(file.Cause.Length > 0 ? file.Cause : $"its state is {file.State.Word()}")}";

    private void Work()
    {
        while (!_halt.IsRaised)
        {
            if (Due() is { Length: > 0 } due)
            {
                Look(due);
            }
            else
            {
                _news.Wait(UntilDue());
                _news.Reset();
            }
        }
    }

    private MigratingFile[] Due()
    {
        var now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            return [.. _files.Where(file => IsWorkedOn(file) && file.Due <= now).OrderBy(file => file.Due).Take(MostAtOnce)];
        }
    }

    private TimeSpan UntilDue()
    {
        var longest = TimeSpan.FromSeconds(10);
        lock (_lock)
        {
            var next = _files.Where(IsWorkedOn).Select(file => file.Due).DefaultIfEmpty(long.MaxValue).Min() - Stopwatch.GetTimestamp();
            return next <= 0 ? TimeSpan.Zero : next > longest.TotalSeconds * Stopwatch.Frequency ? longest : TimeSpan.FromSeconds(next / (double)Stopwatch.Frequency);
        }
    }

    private bool IsWorkedOn(MigratingFile file) =>
        !file.IsBusy && (file.Step < MigrationStep.Copied || (file.Step == MigrationStep.Copied && _release));

    /// <summary>Everything begins with the question where a file is: what looks failed may have been done, what looks done may be lost.</summary>
    private void Look(MigratingFile[] files)
    {
        var states = _system.StateOf([.. files.Select(file => file.Path)], _halt);
        MigratingFile[] requests, releases;
        lock (_lock)
        {
            foreach (var file in files.Where(file => file.Look(states[file.Path], _pace)))
            {
                Progress();
            }

            requests = [.. files.Where(file => file.WantsRequest(_pace))];
            releases = [.. files.Where(file => file.Step == MigrationStep.Copied && _release)];
            Settle();
        }

        Release(releases);
        Request(requests);
    }

    private void Release(MigratingFile[] files)
    {
        if (files.Length == 0 || _halt.IsRaised)
        {
            return;
        }

        var outcomes = _system.Release([.. files.Select(file => file.Path)], _halt);
        lock (_lock)
        {
            foreach (var file in files.Where(file => file.AnswerRelease(outcomes[file.Path], _pace)))
            {
                _hasFreed = true;
                Progress();
            }

            Settle();
        }
    }

    /// <summary>Nothing more is to be done with these. Those that keep their space may lose it to the system's own rules.</summary>
    private void Settle()
    {
        _hasKept |= !_release && _files.Any(file => file.Step == MigrationStep.Copied);
        _files.RemoveAll(file => file.Step == MigrationStep.Released || (!_release && file.Step == MigrationStep.Copied));
    }

    /// <summary>Commands that copy may take hours: they run beside this thread, as many as the system bears.</summary>
    private void Request(MigratingFile[] files)
    {
        foreach (var batch in files.Chunk(_system.MigrateBatch))
        {
            lock (_lock)
            {
                if (_halt.IsRaised || _calls >= _system.MigrateConcurrency)
                {
                    return; // they stay due
                }

                _calls++;
                Array.ForEach(batch, file => file.IsBusy = true);
            }

            Start(() => Migrate(batch));
        }
    }

    private void Migrate(MigratingFile[] files)
    {
        var outcomes = _system.Migrate([.. files.Select(file => file.Path)], _halt);
        lock (_lock)
        {
            foreach (var file in files)
            {
                file.IsBusy = false;
                if (file.Answer(outcomes[file.Path], _pace))
                {
                    Progress();
                }
            }

            _calls--;
            _news.Set();
        }
    }

    private void Start(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true, Name = "migration" };
        _threads.RemoveAll(old => !old.IsAlive);
        _threads.Add(thread);
        thread.Start();
    }

    private void Progress()
    {
        _progress = Stopwatch.GetTimestamp();
        _progressed.Set();
    }
}

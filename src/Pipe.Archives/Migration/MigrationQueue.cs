using System.Diagnostics;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>The prospects of space on a full disk.</summary>
internal enum Reclaimed
{
    /// <summary>Space has been freed since the last call.</summary>
    Freed,

    /// <summary>Files are being migrated, or have a copy and can be released.</summary>
    Pending,

    /// <summary>No file of this queue will free any space.</summary>
    Nothing,
}

/// <summary>
/// Migrates files in the background: each when it is old enough, several per command, with retries if the system was busy or lost the request, until it
/// reports a second copy; then releases them, if requested. Thread-safe.
/// </summary>
internal sealed class MigrationQueue : IDisposable
{
    private const int MostAtOnce = 100;
    private readonly MigrationSystem _system;
    private readonly bool _release;
    private readonly MigrationPace _pace;
    private readonly Cancellation _cancellation = new();
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _news = new();
    private readonly ManualResetEventSlim _progressed = new();
    private readonly List<MigratingFile> _files = [];
    private readonly List<Thread> _threads = [];
    private long _progress = Stopwatch.GetTimestamp();
    private int _calls;
    private bool _hasFreed;
    private bool _hasKept;

    /// <param name="system">The data migration system.</param>
    /// <param name="release">Whether to free the disk space of files once they have copies.</param>
    /// <param name="patience">How long a caller will wait for that; null if not specified.</param>
    /// <exception cref="Failure">The system cannot do that.</exception>
    public MigrationQueue(MigrationSystem system, bool release, TimeSpan? patience = null)
    {
        _system = system.CanMigrate && (!release || system.CanRelease)
            ? system
            : throw new Failure(ExitCode.Usage, $"data migration: no command to {(system.CanMigrate ? "release" : "migrate")} files", $"name one with {OptionWord.MigrateCommand} or {OptionWord.ReleaseCommand}");
        _release = release;
        _pace = system.Pace.Within(patience ?? TimeSpan.MaxValue);
        Start(Work);
    }

    /// <summary>Number of files that neither have a copy nor have failed.</summary>
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

    /// <summary>Adds a complete, closed file. Skips empty files, which have nothing to migrate.</summary>
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

    /// <summary>Returns the prospects of a writer whose disk is full, and polls sooner.</summary>
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

    /// <summary>Waits until every file's request is known to the system, or has failed.</summary>
    /// <param name="patience">The longest wait without progress; the time for which files are too young does not count.</param>
    /// <param name="waiting">Called periodically with the reason for the wait.</param>
    /// <param name="untilCopied">Whether to wait for the copies themselves, and for the requested releases.</param>
    /// <returns>The errors; empty on success.</returns>
    public IReadOnlyList<string> Finish(TimeSpan patience, Action<string> waiting, bool untilCopied = false)
    {
        var words = new WaitWords(_pace.Words);
        lock (_lock)
        {
            _progress = Stopwatch.GetTimestamp();
        }

        while (!_cancellation.IsRaised && Open(untilCopied) is { Length: > 0 } open && WithoutProgress() < patience)
        {
            words.Report(() => InWords(open), waiting);
            _progressed.Reset();
            _progressed.Wait(TimeSpan.FromMilliseconds(Math.Min(200, _pace.Poll.TotalMilliseconds)));
        }

        lock (_lock)
        {
            return [.. _files.Where(file => file.Step == MigrationStep.Failed || IsOpen(file, untilCopied)).Select(ErrorOf)];
        }
    }

    /// <summary>Ends running commands and all waits. No new commands start.</summary>
    public void Abort()
    {
        _cancellation.Raise();
        _news.Set();
        _progressed.Set();
    }

    public void Dispose()
    {
        Abort();
        for (var i = 0; i < _threads.Count; i++)
        {
            _threads[i].Join(); // the first thread starts the others
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

    private string ErrorOf(MigratingFile file) =>
        $"{file.Path}: not migrated by {_system.Name}: {(file.Cause.Length > 0 ? file.Cause : $"its state is {file.State.Word()}")}";

    private void Work()
    {
        while (!_cancellation.IsRaised)
        {
            if (Due() is { Length: > 0 } due)
            {
                Poll(due);
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

    /// <summary>Queries states before every action: a command that seems to have failed may have succeeded, and the reverse.</summary>
    private void Poll(MigratingFile[] files)
    {
        var states = _system.StateOf([.. files.Select(file => file.Path)], _cancellation);
        MigratingFile[] requests, releases;
        lock (_lock)
        {
            foreach (var file in files.Where(file => file.RecordState(states[file.Path], _pace)))
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
        if (files.Length == 0 || _cancellation.IsRaised)
        {
            return;
        }

        var outcomes = _system.Release([.. files.Select(file => file.Path)], _cancellation);
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

    /// <summary>Drops finished files. The system's own rules may later free the space of those that are kept.</summary>
    private void Settle()
    {
        _hasKept |= !_release && _files.Any(file => file.Step == MigrationStep.Copied);
        _files.RemoveAll(file => file.Step == MigrationStep.Released || (!_release && file.Step == MigrationStep.Copied));
    }

    /// <summary>Starts migrate commands, which may run for hours: they run on other threads, up to the system's limit.</summary>
    private void Request(MigratingFile[] files)
    {
        foreach (var batch in files.Chunk(_system.MigrateBatch))
        {
            lock (_lock)
            {
                if (_cancellation.IsRaised || _calls >= _system.MigrateConcurrency)
                {
                    return; // the files stay due
                }

                _calls++;
                Array.ForEach(batch, file => file.IsBusy = true);
            }

            Start(() => Migrate(batch));
        }
    }

    private void Migrate(MigratingFile[] files)
    {
        var outcomes = _system.Migrate([.. files.Select(file => file.Path)], _cancellation);
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

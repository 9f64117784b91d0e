using System.Diagnostics;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Recalls files in the background, in the order in which they will be read: as many ahead as the budget allows, and again if they were moved back to
/// tape before they were read, or the system lost the request. One thread reads; any may abort.
/// </summary>
internal sealed class RecallAhead : IDisposable
{
    private const int MostAtOnce = 100;
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(10);
    private readonly MigrationSystem _system;
    private readonly RecallTerms _terms;
    private readonly MigrationPace _pace;
    private readonly RecalledFile[] _files;
    private readonly RecallWindow _window;
    private readonly List<RecalledFile> _read = [];
    private readonly List<Thread> _threads = [];
    private readonly Cancellation _cancellation = new();
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _news = new();
    private readonly ManualResetEventSlim _looked = new();
    private long _progress = Stopwatch.GetTimestamp();
    private int _calls;
    private bool _isReleasing;

    /// <param name="system">The data migration system.</param>
    /// <param name="files">All files to read, in order.</param>
    /// <param name="terms">The limits.</param>
    /// <exception cref="Failure">The system cannot do that.</exception>
    public RecallAhead(MigrationSystem system, IReadOnlyList<RecallFile> files, RecallTerms terms)
    {
        _system = system.CanRecall && (!terms.Release || system.CanRelease)
            ? system
            : throw new Failure(ExitCode.Usage, $"data migration: no command to {(system.CanRecall ? "release" : "recall")} files", $"name one with {OptionWord.RecallCommand} or {OptionWord.ReleaseCommand}");
        _terms = terms;
        _pace = system.Pace.Within(terms.Patience);
        _files = [.. files.Select(file => new RecalledFile(file))];
        _window = new RecallWindow(_files, terms.Budget);
        _window.Grow(held: 0);
        Start(Work);
    }

    /// <summary>Waits until that file is on disk. Only a state queried after this call began counts.</summary>
    /// <exception cref="Failure">It cannot be recalled, the time limit is over, or the wait was aborted.</exception>
    public void Await(int index)
    {
        var file = _files[index];
        if (file.Size == 0)
        {
            return; // some systems do not know empty files
        }

        var begun = Stopwatch.GetTimestamp();
        var words = new WaitWords(_pace.Words);
        lock (_lock)
        {
            _window.Aim(index, Held);
            file.Hurry(begun);
        }

        for (_news.Set(); !IsThere(file, begun); _looked.Wait(TimeSpan.FromMilliseconds(Math.Min(200, _pace.Poll.TotalMilliseconds))))
        {
            words.Report(() => InWords(file, begun), _terms.Waiting);
        }
    }

    /// <summary>
    /// Records that the file has been read and closed: its share of the budget is free for the next ones, and its disk space too if it is to be
    /// released.
    /// </summary>
    public void Done(int index)
    {
        lock (_lock)
        {
            _files[index].Close(_terms.Release);
            if (_terms.Release && _files[index].Size > 0)
            {
                _read.Add(_files[index]);
            }

            _window.Grow(Held);
            _progress = Stopwatch.GetTimestamp();
        }

        _news.Set();
    }

    /// <summary>Ends running commands and all waits. No new commands start.</summary>
    public void Abort()
    {
        _cancellation.Raise();
        _news.Set();
        _looked.Set();
    }

    /// <summary>Stops; first releases the files that have been read, unless that takes too long.</summary>
    public void Dispose()
    {
        var begun = Stopwatch.GetTimestamp();
        while (!_cancellation.IsRaised && HasReleases() && Stopwatch.GetElapsedTime(begun) < LongestDrain)
        {
            Thread.Sleep(_pace.Poll / 10);
        }

        Abort();
        for (var i = 0; i < _threads.Count; i++)
        {
            _threads[i].Join(); // the first thread starts the others
        }
    }

    /// <summary>Bytes waiting for release. A file that could not be released at once may stay for ever, so it does not count.</summary>
    private long Held => _read.Where(file => file.IsHeld).Sum(file => file.Size);

    private bool HasReleases()
    {
        lock (_lock)
        {
            return _read.Count > 0;
        }
    }

    private bool IsThere(RecalledFile file, long begun)
    {
        _looked.Reset();
        lock (_lock)
        {
            return file.Proven >= begun ? true
                : file.Fault.Length > 0 ? throw new Failure(ExitCode.Objects, $"{file.Path}: not recalled by {_system.Name}: {file.Fault}")
                : _cancellation.IsRaised ? throw new Failure(ExitCode.Interrupted, $"{file.Path}: the wait for it was cancelled")
                : Stopwatch.GetElapsedTime(Math.Max(begun, _progress)) > _terms.Patience
                    ? throw new Failure(_terms.TimedOut, $"not recalled within {_terms.Patience.TotalSeconds:0.#} s: {file.Words(_system.Name)}")
                    : false;
        }
    }

    private string InWords(RecalledFile file, long begun)
    {
        lock (_lock)
        {
            return $"waiting {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s for {file.Words(_system.Name)}";
        }
    }

    private void Work()
    {
        while (!_cancellation.IsRaised)
        {
            RecalledFile[] due, releases;
            lock (_lock)
            {
                var now = Stopwatch.GetTimestamp();
                due = [.. _window.Files.Where(file => file.Due <= now && file.Fault.Length == 0).OrderBy(file => file.Due).Take(MostAtOnce)];
                releases = _isReleasing ? [] : [.. _read.Where(file => file.Due <= now)];
                _isReleasing |= releases.Length > 0;
            }

            if (releases.Length > 0)
            {
                Start(() => Release(releases));
            }

            if (due.Length > 0)
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

    private TimeSpan UntilDue()
    {
        var longest = TimeSpan.FromSeconds(10);
        lock (_lock)
        {
            var open = _window.Files.Where(file => file.Fault.Length == 0).Concat(_isReleasing ? [] : _read);
            var next = open.Select(file => file.Due).DefaultIfEmpty(long.MaxValue).Min() - Stopwatch.GetTimestamp();
            return next <= 0 ? TimeSpan.Zero : next > longest.TotalSeconds * Stopwatch.Frequency ? longest : TimeSpan.FromSeconds(next / (double)Stopwatch.Frequency);
        }
    }

    private void Poll(RecalledFile[] files)
    {
        var put = Stopwatch.GetTimestamp();
        var states = _system.StateOf([.. files.Select(file => file.Path)], _cancellation);
        lock (_lock)
        {
            foreach (var file in files.Where(file => file.RecordState(states[file.Path], put, _pace)))
            {
                _progress = Stopwatch.GetTimestamp();
            }

            Request([.. files.Where(file => file.WantsRequest(_pace))]);
            _looked.Set();
        }
    }

    /// <summary>Starts recall commands, which wait for the tape: they run on other threads, up to the system's limit.</summary>
    private void Request(RecalledFile[] files)
    {
        foreach (var batch in files.Chunk(_system.RecallBatch))
        {
            if (_calls < _system.RecallConcurrency && !_cancellation.IsRaised)
            {
                _calls++;
                Array.ForEach(batch, file => file.IsBusy = true);
                Start(() => Recall(batch));
            }
        }
    }

    private void Recall(RecalledFile[] files)
    {
        var outcomes = _system.Recall([.. files.Select(file => file.Path)], _cancellation);
        lock (_lock)
        {
            foreach (var file in files)
            {
                file.IsBusy = false;
                file.Answer(outcomes[file.Path], _pace);
            }

            _calls--;
            _news.Set();
        }
    }

    private void Release(RecalledFile[] files)
    {
        var outcomes = _system.Release([.. files.Select(file => file.Path)], _cancellation);
        lock (_lock)
        {
            foreach (var file in files)
            {
                file.AnswerRelease(outcomes[file.Path], _pace);
            }

            _read.RemoveAll(file => file.IsOver);
            _window.Grow(Held);
            _isReleasing = false;
            _news.Set();
        }
    }

    private void Start(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true, Name = "recall" };
        _threads.RemoveAll(old => !old.IsAlive);
        _threads.Add(thread);
        thread.Start();
    }
}

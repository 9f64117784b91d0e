using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A running clone: its files, its source, background hydration, and the user's commands.</summary>
internal sealed class CloneService : IDisposable
{
    private const int SampleMilliseconds = 30_000;
    private readonly CloneFiles _files;
    private readonly CloneTerms _terms;
    private readonly ICloneSource _source;
    private readonly HydrationMap _map;
    private readonly Hydration _hydration;
    private readonly Committer _committer;
    private readonly Sweep _sweep;
    private readonly CommitTimer _commits;
    private bool _isFinished;

    private CloneService(CloneFiles files, CloneTerms terms, ICloneSource source, RegionSet hydrated, CloneEvents events)
    {
        (_files, _terms, _source, Events) = (files, terms, source, events);
        terms.Complete(files.Geometry.Region);
        _map = new HydrationMap(files.Geometry.Regions, hydrated);
        _hydration = new Hydration(files.Geometry, _map, files.Destination, source, terms, events, Wake)
        {
            Window = new SweepWindow(Math.Max(1, terms.Batch) * files.Geometry.Region, MostWindow),
        };
        _committer = new Committer(_hydration.Gate, _map, files.Destination, files.Metadata, Failed);
        _sweep = new Sweep(_hydration, terms);
        _commits = new CommitTimer(_hydration, _committer, Hydrated);
        Clone = new Clone(_hydration, _committer, terms);
    }

    /// <summary>Maximum bytes in flight for background hydration.</summary>
    public static long MostWindow => 64 << 20;

    public Clone Clone { get; }

    public CloneEvents Events { get; }

    public CloneFigures Figures
    {
        get
        {
            lock (_hydration.Gate)
            {
                return new CloneFigures(_files.Geometry, _terms, _hydration.Mode)
                {
                    Hydrated = _map.Hydrated,
                    Hydrating = _hydration.Table.Fetching,
                    MetadataBlocks = _files.Metadata.Blocks,
                    MetadataUsed = _files.Metadata.Blocks,
                    BytesRead = _source.BytesRead,
                    ServedRemote = Clone.ServedRemote,
                    Failures = _hydration.Failures.Total,
                    Commits = _files.Metadata.Commits,
                    IsSourceLost = _source.LostSince > 0,
                    BackgroundBytes = _hydration.Table.BackgroundBytes,
                    WindowBytes = _hydration.Window.Bytes,
                    BitmapBytes = _map.Bytes,
                    CommitAge = Environment.TickCount64 - _committer.LastEnded,
                };
            }
        }
    }

    /// <summary>Whether the state that an event announces holds now.</summary>
    public bool Is(CloneEvent what) => what switch
    {
        CloneEvent.Hydrated => Events.CountOf(what) > 0,
        CloneEvent.HydrationStopped => _terms.StoppedBy != StopCause.None,
        CloneEvent.SourceLost => _source.LostSince > 0,
        CloneEvent.ModeChanged => _hydration.Mode != CloneMode.ReadWrite,
        _ => false,
    };

    /// <summary>Opens or creates a clone, and starts background hydration.</summary>
    /// <param name="setup">The user's settings.</param>
    /// <param name="open">Opens the source; not called if the clone no longer needs it.</param>
    /// <param name="events">Receives the events of the clone.</param>
    /// <exception cref="Failure">The clone cannot be opened, or the user has to confirm it with --force.</exception>
    public static CloneService Start(CloneSetup setup, Func<ICloneSource> open, CloneEvents events)
    {
        var files = new CloneFiles(setup);
        ICloneSource? source = null;
        try
        {
            var hydrated = ReadHydrated(files, out var damage);
            if (files.IsHydrated || damage is not null)
            {
                source = new NoSource(files.Metadata.Superblock.SourceName);
                files.BindAlone();
            }
            else
            {
                source = open();
                files.Bind(source.Size, source.Sample(SampleMilliseconds));
            }

            var service = new CloneService(files, setup.Terms, source, hydrated ?? new RegionSet(files.Geometry.Regions), events);
            service.Begin(damage);
            return service;
        }
        catch
        {
            source?.Dispose();
            files.Dispose();
            throw;
        }
    }

    /// <summary>Applies a dm-clone message.</summary>
    /// <exception cref="Failure">The message is unknown.</exception>
    public void Message(IReadOnlyList<string> words)
    {
        MessageWords.Apply(words, _terms);
        _hydration.Failures.Forget();
        _sweep.Wake();
    }

    /// <summary>Hydrates ranges before the others; see <see cref="Prefetch.Run"/>.</summary>
    public void Warm(IEnumerable<(long Offset, long Length)> ranges, Func<bool> isGone) => new Prefetch(_hydration, _terms.IoTimeoutSeconds).Run(ranges, isGone);

    /// <summary>Commits, so that the reported state is durable, and returns the status line.</summary>
    public string Status()
    {
        try
        {
            _committer.Run();
        }
        catch (IOException)
        {
            // The mode in the status line reports the failure.
        }

        return StatusLine.Of(Figures);
    }

    /// <summary>Waits until every region is hydrated and durable, then removes the metadata. False if the clone failed or was stopped before.</summary>
    /// <exception cref="Failure">The background does not run, the source has changed, or the metadata cannot be removed.</exception>
    public bool Finish(Func<bool> isStopped)
    {
        const int look = 200;
        while (Events.CountOf(CloneEvent.Hydrated) == 0)
        {
            if (isStopped() || _hydration.Mode != CloneMode.ReadWrite)
            {
                return false;
            }

            CheckBackground();
            Events.Await(CloneEvent.Hydrated, 0, look);
        }

        _committer.Run();
        _source.Finish();
        _files.RemoveMetadata();
        _isFinished = true;
        Events.Raise(CloneEvent.Finished, "");
        return true;
    }

    /// <summary>Throws <see cref="Failure"/> if regions are missing that background hydration will not fetch.</summary>
    private void CheckBackground()
    {
        if (!_map.IsFull && (!_terms.IsHydrationEnabled || _terms.Threshold == 0))
        {
            throw new Failure(ExitCode.Objects, $"{_map.Regions - _map.Hydrated} regions are missing, and the background does not run", "lazyclone message SOCKET enable_hydration lets it run");
        }
    }

    /// <summary>Stops background hydration and commits.</summary>
    /// <exception cref="Failure">The commit failed.</exception>
    public void Stop()
    {
        _sweep.Close();
        _commits.Close();
        if (_isFinished)
        {
            return;
        }

        try
        {
            _committer.Run();
        }
        catch (IOException e)
        {
            throw new Failure(ExitCode.Objects, e.Message);
        }
    }

    public void Dispose()
    {
        _sweep.Close();
        _commits.Close();
        _source.Dispose();
        _files.Dispose();
    }

    /// <summary>Reads the hydrated regions; null if there are none yet, or the metadata are damaged.</summary>
    private static RegionSet? ReadHydrated(CloneFiles files, out Failure? damage)
    {
        damage = null;
        try
        {
            return files.ReadHydrated();
        }
        catch (Failure e) when (e.Code == ExitCode.Integrity)
        {
            damage = e;
            return null;
        }
    }

    /// <summary>Starts the threads; or only the service in the mode that the metadata allow, as dm-clone does.</summary>
    private void Begin(Failure? damage)
    {
        if (damage is not null)
        {
            _hydration.Degrade(CloneMode.Failed, $"{damage.Message}; {damage.Hint}");
        }
        else if (_files.ReadOnlyCause.Length > 0)
        {
            _hydration.Degrade(CloneMode.ReadOnly, _files.ReadOnlyCause);
        }

        _sweep.Start();
        _commits.Start();
    }

    private void Wake()
    {
        _sweep?.Wake();
        _commits?.Wake();
    }

    private void Failed(IOException cause) => _hydration.Degrade(CloneMode.ReadOnly, cause.Message);

    private void Hydrated()
    {
        try
        {
            if (_files.Metadata.Superblock.Stage != CloneStage.Hydrated)
            {
                _files.Metadata.Set(CloneStage.Hydrated);
            }
        }
        catch (IOException e)
        {
            Failed(e);
            return;
        }

        lock (_hydration.Gate)
        {
            _map.Complete();
        }

        Events.Raise(CloneEvent.Hydrated, "");
    }
}

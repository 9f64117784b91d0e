using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// A data migration system: migrates, releases and recalls files, and reports where their bytes are. Each call ends within the limit of its profile. A
/// command's exit status is only a hint; the state reported by the system is authoritative.
/// </summary>
internal sealed class MigrationSystem(MigrationProfile profile, MigrationPace pace)
{
    /// <summary>Number of consecutive calls without an answer after which the files of a query are no longer queried one by one.</summary>
    private const int MostFruitless = 8;

    private static readonly VerbOutcome Ended = new(Verdict.Retry, "was cancelled");

    public string Name => profile.Name;

    public MigrationPace Pace => pace;

    public TimeSpan MinimumAge => profile.MinimumAge * pace.Scale;

    public bool ShowsRequests => profile.ShowsRequests;

    public bool CanMigrate => profile.Migrate is not null;

    public bool CanRelease => profile.Release is not null;

    public bool CanRecall => profile.Recall is not null;

    public bool CanForget => profile.Forget is not null;

    public bool ForgetsOffline => profile.ForgetsOffline;

    /// <summary>Maximum number of concurrent calls.</summary>
    public int MigrateConcurrency => profile.Migrate?.Concurrency ?? 0;

    public int RecallConcurrency => profile.Recall?.Concurrency ?? 0;

    /// <summary>Maximum number of files per call.</summary>
    public int MigrateBatch => profile.Migrate?.Batch ?? 0;

    public int StateBatch => profile.State.Call.Batch;

    public int RecallBatch => profile.Recall?.Batch ?? 0;

    /// <param name="name">One of <see cref="MigrationKinds.All"/>, for some with a colon and an argument, or cmd; empty to detect the installed system.</param>
    /// <param name="own">Commands that replace those of the profile.</param>
    /// <exception cref="Failure">The system is unknown; or none, or more than one, is installed.</exception>
    public static MigrationSystem Find(string name, MigrationCommands own) => Find(name, own, ProgramSearch.Here, MigrationPace.Usual);

    public static MigrationSystem Find(string name, MigrationCommands own, ProgramSearch search, MigrationPace pace)
    {
        var parts = name.Split(':', 2);
        var argument = parts.Length > 1 ? parts[1] : "";
        return new MigrationSystem(
            parts[0] switch
            {
                "cmd" => OwnCommands.Profile(own),
                "" when own.State.Length > 0 && own.Migrate.Length + own.Recall.Length > 0 => OwnCommands.Profile(own),
                "" => Only(search).Profile(search, argument).WithCommands(own),
                _ => Named(parts[0]).Profile(search, argument).WithCommands(own),
            },
            pace);
    }

    /// <summary>Tests whether the system works in a directory, within that time.</summary>
    /// <exception cref="Failure">It does not work.</exception>
    public void Test(string directory, TimeSpan longest)
    {
        if (profile.Test is not { } test)
        {
            return;
        }

        var limit = pace.LimitOf(test);
        var outcome = VerbRun.Of(test, [Path.GetFullPath(directory)], limit < longest ? limit : longest, new Cancellation()).Outcome;
        if (!outcome.IsAccepted)
        {
            throw new Failure(ExitCode.Command, $"{directory}: no data migration with {Name}: {outcome.Cause}", $"{OptionWord.Hsm} SYSTEM names another system");
        }
    }

    /// <summary>Queries the state of each file, by its given name; Unknown if it could not be determined.</summary>
    public IReadOnlyDictionary<string, MigrationState> StateOf(IReadOnlyCollection<string> paths, Cancellation cancellation)
    {
        var query = profile.State;
        var states = new Dictionary<string, MigrationState>();
        foreach (var batch in Batches(query.Call, paths, cancellation))
        {
            var fruitless = 0;
            Query(query, batch, states, cancellation, ref fruitless);
        }

        if (query.Then is { } then)
        {
            foreach (var batch in Batches(then.Call, [.. states.Where(state => query.IsOpen(state.Value)).Select(state => state.Key)], cancellation))
            {
                then.Read(VerbRun.Of(then.Call, batch, pace.LimitOf(then.Call), cancellation).Output, batch, states);
            }
        }

        return paths.Distinct().ToDictionary(path => path, path => states.GetValueOrDefault(Path.GetFullPath(path)));
    }

    public IReadOnlyDictionary<string, VerbOutcome> Migrate(IReadOnlyCollection<string> paths, Cancellation cancellation) => Perform(profile.Migrate, paths, cancellation);

    public IReadOnlyDictionary<string, VerbOutcome> Recall(IReadOnlyCollection<string> paths, Cancellation cancellation) => Perform(profile.Recall, paths, cancellation);

    /// <summary>Deletes the copies of files that are about to be deleted.</summary>
    public IReadOnlyDictionary<string, VerbOutcome> Forget(IReadOnlyCollection<string> paths, Cancellation cancellation) => profile.Forget is null
        ? paths.ToDictionary(path => path, _ => new VerbOutcome(Verdict.Done, ""))
        : Perform(profile.Forget, paths, cancellation);

    /// <summary>
    /// Frees the disk space of the files that are dual. Their state is queried first, whatever was known before, because some systems free any file on
    /// request, copy or not.
    /// </summary>
    public IReadOnlyDictionary<string, VerbOutcome> Release(IReadOnlyCollection<string> paths, Cancellation cancellation)
    {
        var states = StateOf(paths, cancellation);
        var dual = paths.Where(path => states[path] == MigrationState.Dual).ToArray();
        var outcomes = new Dictionary<string, VerbOutcome>(Perform(profile.Release, dual, cancellation));
        foreach (var path in paths)
        {
            outcomes.TryAdd(path, states[path] == MigrationState.Offline ? new VerbOutcome(Verdict.Done, "") : NotNow(states[path]));
        }

        return outcomes;
    }

    private static VerbOutcome NotNow(MigrationState state) => new(Verdict.Retry, $"not released while its state is {state.Word()}");

    private static MigrationKind Named(string name) => MigrationKinds.All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new Failure(ExitCode.Usage, $"data migration: no system is called '{name}'", $"known: {string.Join(", ", MigrationKinds.All.Select(kind => kind.Name))}, cmd");

    private static MigrationKind Only(ProgramSearch search)
    {
        var found = MigrationKinds.All.Where(kind => !kind.Missing(search).Any()).ToArray();
        return found.Length switch
        {
            1 => found[0],
            0 => throw new Failure(
                ExitCode.Command,
                "data migration: no commands of a system known here are installed",
                $"{OptionWord.Hsm} SYSTEM names one; {OptionWord.StateCommand}, {OptionWord.ReleaseCommand} and {OptionWord.RecallCommand} name your own commands"),
            _ => throw new Failure(
                ExitCode.Command,
                $"data migration: there are commands of more than one system: {string.Join(", ", found.Select(kind => kind.Name))}",
                $"{OptionWord.Hsm} SYSTEM names one"),
        };
    }

    /// <summary>Splits the files into batches of distinct full paths: a full path never looks like an option, and commands that ask a server need it.</summary>
    private static IEnumerable<string[]> Batches(VerbCall call, IEnumerable<string> paths, Cancellation cancellation)
    {
        var full = paths.Select(Path.GetFullPath).Distinct();
        var batches = call.IsOneDirectory ? full.GroupBy(Path.GetDirectoryName).SelectMany(group => group.Chunk(call.Batch)) : full.Chunk(call.Batch);
        return batches.TakeWhile(_ => !cancellation.IsRaised);
    }

    /// <summary>Queries files. One unknown file can spoil the answer for all, so the unanswered ones are queried again in halves.</summary>
    private void Query(StateQuery query, string[] paths, Dictionary<string, MigrationState> states, Cancellation cancellation, ref int fruitless)
    {
        var before = states.Count;
        var run = VerbRun.Of(query.Call, paths, pace.LimitOf(query.Call), cancellation);
        if (run.HasEnded)
        {
            query.Read(run.Output, paths, states);
        }

        fruitless = states.Count > before ? 0 : fruitless + 1;
        var open = paths.Where(path => !states.ContainsKey(path)).ToArray();
        if (!run.HasEnded || paths.Length == 1 || open.Length == 0)
        {
            return;
        }

        foreach (var half in open.Chunk((open.Length + 1) / 2))
        {
            if (fruitless < MostFruitless && !cancellation.IsRaised)
            {
                Query(query, half, states, cancellation, ref fruitless);
            }
        }
    }

    private Dictionary<string, VerbOutcome> Perform(VerbCall? call, IReadOnlyCollection<string> paths, Cancellation cancellation)
    {
        if (call is null)
        {
            return paths.ToDictionary(path => path, _ => new VerbOutcome(Verdict.Refuse, $"{Name} has no command for this"));
        }

        var outcomes = new Dictionary<string, VerbOutcome>();
        foreach (var batch in Batches(call, paths, cancellation))
        {
            Perform(call, batch, outcomes, cancellation);
        }

        return paths.Distinct().ToDictionary(path => path, path => outcomes.GetValueOrDefault(Path.GetFullPath(path), Ended));
    }

    /// <summary>Runs a command. A refusal may concern only one of the files, so it is repeated in halves.</summary>
    private void Perform(VerbCall call, string[] paths, Dictionary<string, VerbOutcome> outcomes, Cancellation cancellation)
    {
        var outcome = cancellation.IsRaised ? Ended : VerbRun.Of(call, paths, pace.LimitOf(call), cancellation).Outcome;
        if (outcome.Verdict is Verdict.Refuse or Verdict.Fatal && paths.Length > 1)
        {
            foreach (var half in paths.Chunk((paths.Length + 1) / 2))
            {
                Perform(call, half, outcomes, cancellation);
            }

            return;
        }

        foreach (var path in paths)
        {
            outcomes[path] = outcome;
        }
    }
}

using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Makes a data migration system delete its copies of files that are about to be deleted, if it has a command for that; other systems detect deleted
/// files themselves.
/// </summary>
internal sealed class ForgottenCopies(MigrationSystem system)
{
    private const int MostAttempts = 3;
    private readonly Cancellation _cancellation = new();

    public string System => system.Name;

    /// <summary>The files whose copies cannot be deleted, each with the cause, as far as known in advance.</summary>
    public IReadOnlyList<string> Staying(IReadOnlyList<string> paths) => Query(paths).Staying;

    /// <summary>Deletes the copies; returns the files whose copies it keeps, each with the cause.</summary>
    /// <exception cref="Failure">The system may delete them later.</exception>
    public IReadOnlyList<string> Forget(IReadOnlyList<string> paths)
    {
        var (left, staying) = Query(paths);
        for (var attempt = 1; left.Length > 0; attempt++)
        {
            var outcomes = system.Forget(left, _cancellation);
            staying.AddRange(outcomes.Where(outcome => outcome.Value.Verdict is Verdict.Refuse or Verdict.Fatal).Select(outcome => $"{outcome.Key}: {outcome.Value.Cause}"));
            left = [.. outcomes.Where(outcome => outcome.Value.Verdict == Verdict.Retry).Select(outcome => outcome.Key)];
            if (left.Length > 0 && attempt == MostAttempts)
            {
                throw new Failure(
                    ExitCode.Objects,
                    $"{left[0]}: {system.Name} does not give up its copy: {outcomes[left[0]].Cause}",
                    $"only the closing line of the archive is deleted so far; without {OptionWord.Hsm} the archive is removed and the copies stay");
            }

            Thread.Sleep(left.Length > 0 ? system.Pace.Retry : TimeSpan.Zero);
        }

        return staying;
    }

    /// <summary>Whether the path is the only name of a regular file. A file with another name, or behind a symbolic link, stays, and its copy with it.</summary>
    private static bool IsTheOnlyName(string path) => FileStatus.OfName(path) is { IsRegular: true, Links: 1 };

    /// <summary>The files that may have copies, and those whose copies the system keeps in their present state.</summary>
    private (string[] Known, List<string> Staying) Query(IReadOnlyList<string> paths)
    {
        if (!system.CanForget)
        {
            return ([], []);
        }

        var states = system.StateOf([.. paths.Where(IsTheOnlyName).Select(Paths.Resolve).OfType<string>()], _cancellation);
        var isAway = states.ToLookup(state => !system.ForgetsOffline && state.Value is (MigrationState.Offline or MigrationState.Recalling), state => state.Key);
        return ([.. isAway[false].Where(path => states[path] != MigrationState.Resident)], [.. isAway[true].Select(path => $"{path}: is on tape only")]);
    }
}

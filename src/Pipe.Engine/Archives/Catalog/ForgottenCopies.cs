using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Has a data migration system give up its copies of files that are about to be deleted, if it has a command for that.</summary>
internal sealed class ForgottenCopies(MigrationSystem system)
{
    private const int MostAttempts = 3;

    /// <exception cref="Failure">It does not give up all of them.</exception>
    public void Forget(IReadOnlyList<string> paths)
    {
        if (!system.CanForget)
        {
            return; // it sees for itself that they are gone
        }

        string[] left = [.. paths.Select(Paths.Resolve).OfType<string>()];
        left = [.. system.StateOf(left, Halt).Where(state => state.Value != MigrationState.Resident).Select(state => state.Key)];
        for (var attempt = 1; left.Length > 0; attempt++)
        {
            var refused = system.Forget(left, Halt).Where(outcome => !outcome.Value.IsAccepted).ToArray();
            if (refused.Length > 0 && (attempt == MostAttempts || refused.Any(outcome => outcome.Value.Verdict != Verdict.Retry)))
            {
                throw new Failure(
                    ExitCode.Objects,
                    $"{refused[0].Key}: {system.Name} does not give up its copy: {refused[0].Value.Cause}",
                    "nothing of the archive is deleted so far but its closing line; without --hsm it is removed, and the copies stay");
            }

            left = [.. refused.Select(outcome => outcome.Key)];
            Thread.Sleep(left.Length > 0 ? system.Pace.Retry : TimeSpan.Zero);
        }
    }

    private Halt Halt { get; } = new();
}

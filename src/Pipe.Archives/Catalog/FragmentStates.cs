using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// The states of archives' fragments in a data migration system. There may be a million fragments: they are queried in batches, up to
/// <see cref="MostCalls"/> commands; the others are not queried.
/// </summary>
internal static class FragmentStates
{
    public const int MostCalls = 100;

    /// <summary>The states by path, of existing fragments; null if the user has named neither a system nor a command.</summary>
    /// <exception cref="Failure">The system does not exist.</exception>
    public static IReadOnlyDictionary<string, MigrationState>? Of(Archiving archiving, IEnumerable<ArchiveName> archives) =>
        archiving.System.Length > 0 ? Of(ArchiveMigration.SystemOf(archiving), archives)
        : archiving.Commands.Length > 0 ? Of(ArchiveMigration.SystemOf(archiving with { System = "cmd" }), archives)
        : null;

    public static IReadOnlyDictionary<string, MigrationState> Of(MigrationSystem system, IEnumerable<ArchiveName> archives)
    {
        var states = new Dictionary<string, MigrationState>();
        foreach (var call in PathsOf(archives, MostCalls * system.StateBatch).Chunk(system.StateBatch))
        {
            var said = system.StateOf(call, new Cancellation());
            if (said.Values.All(state => state == MigrationState.Unknown))
            {
                break; // it does not answer, or not for these files: each further query may take minutes
            }

            foreach (var (path, state) in said)
            {
                states[path] = state;
            }
        }

        return states;
    }

    private static List<string> PathsOf(IEnumerable<ArchiveName> archives, int most)
    {
        var paths = new List<string>();
        using var whereabouts = new Whereabouts();
        foreach (var archive in archives)
        {
            try
            {
                Manifest.Visit(archive, (in Fragment fragment) =>
                {
                    if (paths.Count < most && whereabouts.Of(archive, fragment) is Whereabout.OnDisk or Whereabout.OnTape)
                    {
                        paths.Add(fragment.Path(archive));
                    }
                });
            }
            catch (Failure)
            {
                // The next step that reads this archive reports the error.
            }
        }

        return paths;
    }
}

using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// What a data migration system says of the fragments of archives. There may be a million of them: they are asked for many at a time,
/// and those that more than <see cref="MostCalls"/> commands would be needed for are not asked for.
/// </summary>
internal static class FragmentStates
{
    public const int MostCalls = 100;

    /// <summary>By path, of those that are there; null if nobody has named a system or a command to ask.</summary>
    /// <exception cref="Failure">There is no such system.</exception>
    public static IReadOnlyDictionary<string, MigrationState>? Of(Archiving archiving, IEnumerable<ArchiveName> archives) =>
        archiving.System.Length > 0 ? Of(ArchiveMigration.SystemOf(archiving), archives)
        : archiving.Commands.Length > 0 ? Of(ArchiveMigration.SystemOf(archiving with { System = "cmd" }), archives)
        : null;

    public static IReadOnlyDictionary<string, MigrationState> Of(MigrationSystem system, IEnumerable<ArchiveName> archives)
    {
        var states = new Dictionary<string, MigrationState>();
        foreach (var call in PathsOf(archives, MostCalls * system.StateBatch).Chunk(system.StateBatch))
        {
            var said = system.StateOf(call, new Halt());
            if (said.Values.All(state => state == MigrationState.Unknown))
            {
                break; // it does not answer, or not for these files: each further question may take minutes
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
                // Whoever looks at this archive next tells what is wrong with it.
            }
        }

        return paths;
    }
}

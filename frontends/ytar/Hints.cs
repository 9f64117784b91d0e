using Pipe.Engine;

namespace Pipe.Ytar;

/// <summary>What hints of the engine are in the words of ytar.</summary>
internal static class Hints
{
    public static Dialect Dialect { get; } = new(
        ("-keep-login 0", "--keep-login 0"),
        (" installs it there, and -bootstrap brings this program along", " installs it there"),
        ("-bootstrap brings this program along", "it has to be installed there"),
        (", -data-host another address", ""),
        ("stream it: -R 'tar -cf - DIR' or -L 'tar -cf - DIR'", "without --from-file it is copied as a tree"),
        ("can be copied as a stream: -R 'cat FILE' or -L 'cat FILE'", "has to be copied again"));
}

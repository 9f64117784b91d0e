using Pipe.Engine;

namespace Pipe.Yarchive;

/// <summary>What hints of the engine are in the words of yarchive.</summary>
internal static class Hints
{
    public static Dialect Dialect { get; } = new(
        (" installs it there, and -bootstrap brings this program along", " installs it there"),
        ("-bootstrap brings this program along", "it has to be installed there"),
        (", -data-host another address", ""),
        ("stream it: -R 'tar -cf - DIR' or -L 'tar -cf - DIR'", "--tree DIR archives a directory"),
        ("-R 'cat FILE' or -L 'cat FILE'", "-- cat FILE"),
        ("-filter 'COMMAND' says what decrypts it", "--decrypt-with 'COMMAND' says what decrypts it"),
        ("-filter 'COMMAND' says what undoes it", "--filter 'COMMAND' says what undoes it"),
        ("without -unfilter it comes as it is", "--raw gets it as it is"),
        ("without -unfilter the part comes as it is", "--raw gets the part as it is"),
        ("-T SECONDS", "--wait SECONDS"),
        ("-frelease", "--release"),
        ("-resume", "--resume"),
        ("-allow-empty", "--allow-empty"),
        ("-index", "--index"),
        ("-member", "--member"),
        ("-range", "--range"),
        ("-hsm", "--hsm"),
        ("-migrate-cmd", "--migrate-cmd"),
        ("-state-cmd", "--state-cmd"),
        ("-release-cmd", "--release-cmd"),
        ("-recall-cmd", "--recall-cmd"));
}

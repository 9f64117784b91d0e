using Pipe.Engine;

namespace Pipe.Yscp;

/// <summary>What hints of the engine are in the words of yscp, where <c>-p</c> is another one.</summary>
internal static class Hints
{
    public static Dialect Dialect { get; } = new(
        ("-bootstrap", "--bootstrap"),
        ("-keep-login 0", "--keep-login 0"),
        ("-connect auto", "--connect auto"),
        ("-p LOW-HIGH", "--ports LOW-HIGH"),
        (", -data-host another address", ""),
        ("name its place with -prefix 'PATH=...; export PATH'", "its place has to be in the PATH that commands get there"),
        ("-events 3 3>FILE", "--events 3 3>FILE"),
        ("-timeout SECONDS allows more", ""));
}

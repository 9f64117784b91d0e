using Pipe.Engine;

namespace Pipe.Yscp;

/// <summary>Hints of the engine name options as dmscp has them. Here they are called otherwise, and <c>-p</c> is another one.</summary>
internal static class Dialect
{
    private static readonly (string Theirs, string Ours)[] Words =
    [
        ("-bootstrap ", "--bootstrap "),
        ("-keep ", "--keep "),
        ("-connect ", "--connect "),
        ("-p LOW-HIGH", "--ports LOW-HIGH"),
        (", -data-host another address", ""),
        ("name its place with -prefix 'PATH=...; export PATH'", "its place has to be in the PATH that commands get there"),
        ("-timeout SECONDS allows more", ""),
    ];

    public static Failure Of(Failure failure) =>
        new(failure.Code, failure.Message, Words.Aggregate(failure.Hint, static (hint, word) => hint.Replace(word.Theirs, word.Ours, StringComparison.Ordinal)));
}

using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>
/// The protocol of the control socket: the request is one line of words separated by tabs; the reply is a number of lines, each with a mark
/// as a prefix. Both ends belong to the same user and have the same version.
/// </summary>
internal static class ControlLine
{
    public const char Text = '=';
    public const char Done = '.';
    public const char Failed = '!';

    /// <summary>The path of the control socket, next to the socket of the export.</summary>
    public static string PathOf(string socket) => socket + ".control";

    public static string Of(IEnumerable<string> words) => string.Join('\t', words.Select(RawText.Printable));

    public static string[] Words(string line) => line.Split('\t');

    public static string Of(Failure failure) => string.Create(CultureInfo.InvariantCulture, $"{Failed}{(int)failure.Code}\t{failure.Message}\t{failure.Hint}");

    public static Failure FailureOf(string line)
    {
        var words = Words(line[1..]);
        return words.Length == 3 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? new Failure((ExitCode)code, words[1], words[2])
            : new Failure(ExitCode.Protocol, "invalid reply");
    }
}

using System.Globalization;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The parameters of a keeper, and their form as its command line.</summary>
/// <param name="Socket">The path that it listens on.</param>
/// <param name="Key">The key of its spare servers.</param>
/// <param name="Seconds">How long the login stays after the last invocation.</param>
/// <param name="Master">The socket of the ssh process that holds the login.</param>
/// <param name="IsUsers">Whether the login belongs to the user, so that the keeper must not end it.</param>
/// <param name="Words">The command that starts a spare server; its last two words are the host and the line for the host to run.</param>
internal sealed record KeeperTerms(string Socket, Digest Key, int Seconds, string Master, bool IsUsers, IReadOnlyList<string> Words)
{
    /// <summary>The first word of a keeper's command line.</summary>
    public const string Word = "-keeper";

    private const int Fixed = 7;
    private const string Users = "users";
    private const string Ours = "ours";
    private const int LeastWords = 4;

    public string Host => Words[^2];

    /// <summary>ssh and its options.</summary>
    public IReadOnlyList<string> Ssh => [.. Words.SkipLast(3)];

    public IEnumerable<string> Arguments => [Word, Socket, Hex(Key.A), Hex(Key.B), Seconds.ToString(CultureInfo.InvariantCulture), Master, IsUsers ? Users : Ours, .. Words];

    /// <summary>Null if the words are not the command line of a keeper.</summary>
    public static KeeperTerms? Parse(IReadOnlyList<string> words) =>
        words.Count >= Fixed + LeastWords
        && words[0] == Word
        && ulong.TryParse(words[2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var a)
        && ulong.TryParse(words[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b)
        && int.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && words[6] is Users or Ours
            ? new KeeperTerms(words[1], new Digest(a, b, 0, 0), seconds, words[5], words[6] == Users, [.. words.Skip(Fixed)])
            : null;

    private static string Hex(ulong number) => number.ToString("x16", CultureInfo.InvariantCulture);
}

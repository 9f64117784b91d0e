using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The local shell commands that filter the data: the built-in ones by name, and the inverses of those that an archive's manifest records.</summary>
internal static class Filters
{
    /// <summary>Filters of one archive that are undone: each takes a process and threads.</summary>
    public const int Most = 8;

    private const string EncryptedBy = "encrypt: ";

    private static readonly Dictionary<string, (string Do, string Undo)> Known = new()
    {
        ["zstd"] = ("zstd -q -c", "zstd -q -d -c"),
        ["gzip"] = ("gzip -c", "gzip -d -c"),
    };

    /// <summary>The command for a built-in name; any other text is a command itself.</summary>
    public static string Command(string filter) => Known.TryGetValue(filter, out var known) ? known.Do : filter;

    /// <summary>The manifest's entry for an encryption command.</summary>
    public static string Encryption(string command) => EncryptedBy + command;

    /// <summary>The inverse of a recorded filter; null if only the user knows it.</summary>
    public static string? Undoing(string recorded) => Known.TryGetValue(recorded, out var known) ? known.Undo : null;

    /// <summary>The filters between the remote object and the local one, in that order, separated by NULs.</summary>
    /// <param name="plan">The plan, whose commands for an archive may cover only the filters without a known inverse.</param>
    /// <param name="recorded">The filters that the manifest records, in order; empty for anything but an archive.</param>
    public static IReadOnlyList<string> Backwards(Plan plan, string recorded)
    {
        var own = new Queue<string>(Split(plan.Filters));
        if (!plan.Unfilters)
        {
            return [.. own];
        }

        var steps = Split(recorded).Reverse().ToArray();
        if (steps.Length > Most)
        {
            throw Unusable(plan, $"went through {steps.Length} filters, by its manifest; {Most} at most are undone", $"{OptionWord.Raw} gets it as it is stored");
        }

        if (steps.Length > 0 && plan.Archiving is { Offset: not 0 } or { First: not 1 } or { Length: not Archiving.ToTheEnd } or { Member.Length: > 0 })
        {
            throw Unusable(plan, $"went through {Listed(recorded)}, of which a part cannot be undone", $"get all of it; {OptionWord.Raw} gets the part as it is stored");
        }

        var commands = steps.Select(step => Undoing(step) ?? (own.TryDequeue(out var command) ? command : throw Unknown(plan, step))).ToArray();
        return own.Count == 0 ? commands : throw Unusable(plan, $"{own.Peek()}: nothing is left for it to undo", recorded.Length > 0 ? $"the archive went through {Listed(recorded)}" : "the archive went through no filter");
    }

    public static string[] Split(string commands) => commands.Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private static string Listed(string recorded) => string.Join(", then ", Split(recorded).Select(step => $"'{step}'"));

    private static Failure Unknown(Plan plan, string step) => step.StartsWith(EncryptedBy, StringComparison.Ordinal)
        ? Unusable(plan, $"was encrypted by '{step[EncryptedBy.Length..]}'", $"{OptionWord.DecryptWith} 'COMMAND' names the command that decrypts it; {OptionWord.Raw} gets it as it is stored")
        : Unusable(plan, $"went through '{step}'", $"{OptionWord.Filter} 'COMMAND' names the command that undoes it; {OptionWord.Raw} gets it as it is stored");

    private static Failure Unusable(Plan plan, string cause, string hint) => new(ExitCode.Usage, $"{plan.Remote.Name}: {Paths.Join(plan.There.Directories[0], plan.There.Text)}: {cause}", hint);
}

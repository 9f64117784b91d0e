using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// A system known only through the user's own commands. They exit with 0 on success, with 77 on a permanent failure, and with any other status to be
/// retried. The state command prints a line for each file, in the given order, that begins with one of the words of <see cref="MigrationState"/>, or
/// with a state of DMF.
/// </summary>
internal static class OwnCommands
{
    private const int NoPermission = 77; // EX_NOPERM of sysexits.h

    /// <summary>The limit for commands that wait for tapes.</summary>
    public static readonly TimeSpan SlowLimit = TimeSpan.FromHours(6);

    /// <exception cref="Failure">There is no state command, without which nothing can be proven.</exception>
    public static MigrationProfile Profile(MigrationCommands own) => own.State.Length == 0
        ? throw new Failure(ExitCode.Usage, "data migration with own commands: no command for the state", $"{OptionWord.StateCommand} names the command that prints the state")
        : new MigrationProfile("cmd")
        {
            Migrate = own.Migrate.Length > 0 ? Call(own.Migrate) with { Limit = SlowLimit } : null,
            Release = own.Release.Length > 0 ? Call(own.Release) : null,
            Recall = own.Recall.Length > 0 ? Call(own.Recall) with { Limit = SlowLimit } : null,
            State = new StateQuery(Call(own.State), Parse),
        };

    /// <summary>Replaces some commands of a profile with the user's own.</summary>
    public static MigrationProfile WithCommands(this MigrationProfile profile, MigrationCommands own) => profile with
    {
        Migrate = own.Migrate.Length > 0 ? Call(own.Migrate) with { Limit = profile.Migrate?.Limit ?? SlowLimit } : profile.Migrate,
        State = own.State.Length > 0 ? new StateQuery(Call(own.State), Either(profile.State.Parse)) : profile.State,
        Release = own.Release.Length > 0 ? Call(own.Release) : profile.Release,
        Recall = own.Recall.Length > 0 ? Call(own.Recall) with { Limit = profile.Recall?.Limit ?? SlowLimit } : profile.Recall,
    };

    /// <summary>Accepts the words of <see cref="MigrationState"/> as well as those of the system.</summary>
    private static StateParser Either(StateParser parse) => (output, paths, states) =>
    {
        Parse(output, paths, states);
        if (states.Values.All(state => state == MigrationState.Unknown))
        {
            states.Clear();
            parse(output, paths, states);
        }
    };

    public static VerbCall Call(string text) => VerbCall.OfShell(text, new ExitMap(Verdict.Queued, Verdict.Retry, (NoPermission, Verdict.Refuse)));

    public static void Parse(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states) =>
        StateQuery.LinePerFile(line => Read(line.Split((char[])[' ', '\t', ':'], 2)[0]))(output, paths, states);

    private static MigrationState Read(string word) =>
        Enum.GetValues<MigrationState>().FirstOrDefault(state => state.Word().Equals(word, StringComparison.OrdinalIgnoreCase), Dmf.Read(word));
}

using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// A system that is known only through commands of the user's own. They end with 0 if they have seen to it, with 77 if it can never be,
/// with anything else if it may be tried again. The state command prints a line for each file, in the order it was given them, that
/// begins with one of the words of <see cref="MigrationState"/>, or with a state of DMF.
/// </summary>
internal static class OwnCommands
{
    private const int NoPermission = 77; // EX_NOPERM of sysexits.h

    /// <summary>For commands that wait until the tapes have turned.</summary>
    public static readonly TimeSpan SlowLimit = TimeSpan.FromHours(6);

    /// <exception cref="Failure">Without the state nothing can be proven.</exception>
    public static MigrationProfile Profile(MigrationCommands own) => own.State.Length == 0
        ? throw new Failure(ExitCode.Usage, "data migration with own commands: no command for the state", $"{OptionWord.StateCommand} names the command that prints the state")
        : new MigrationProfile("cmd")
        {
            Migrate = own.Migrate.Length > 0 ? Call(own.Migrate) with { Limit = SlowLimit } : null,
            Release = own.Release.Length > 0 ? Call(own.Release) : null,
            Recall = own.Recall.Length > 0 ? Call(own.Recall) with { Limit = SlowLimit } : null,
            State = new StateQuery(Call(own.State), Parse),
        };

    /// <summary>A system with the user's own commands in place of some of its verbs.</summary>
    public static MigrationProfile WithCommands(this MigrationProfile profile, MigrationCommands own) => profile with
    {
        Migrate = own.Migrate.Length > 0 ? Call(own.Migrate) with { Limit = profile.Migrate?.Limit ?? SlowLimit } : profile.Migrate,
        State = own.State.Length > 0 ? new StateQuery(Call(own.State), Either(profile.State.Parse)) : profile.State,
        Release = own.Release.Length > 0 ? Call(own.Release) : profile.Release,
        Recall = own.Recall.Length > 0 ? Call(own.Recall) with { Limit = profile.Recall?.Limit ?? SlowLimit } : profile.Recall,
    };

    /// <summary>The state command may print the words of <see cref="MigrationState"/> or those of the system.</summary>
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

namespace Pipe.Archives;

/// <summary>
/// SGI and HPE DMF, through dmput, dmget and dmattr. Their exit statuses are documented only as zero or not; -n keeps them from waiting for a daemon
/// that does not answer, -q from waiting for the tape.
/// </summary>
internal static class Dmf
{
    private static readonly ExitMap Exits = new(Verdict.Queued, Verdict.Retry);

    /// <summary>The word after the colon is the volume group for the copy.</summary>
    public static readonly MigrationKind Kind = new("dmf", ["dmput", "dmget", "dmattr"], [], (programs, group) => new MigrationProfile("dmf")
    {
        Migrate = new VerbCall(group.Length > 0 ? [programs[0], "-n", "-V", group] : [programs[0], "-n"], Feed.Lines, Exits),
        Release = new VerbCall([programs[0], "-n", "-r"], Feed.Lines, new ExitMap(Verdict.Done, Verdict.Retry)),
        Recall = new VerbCall([programs[1], "-n", "-q"], Feed.Lines, Exits),
        State = new StateQuery(
            new VerbCall([programs[2], "-a", "state", VerbCall.Files], Feed.Words, Exits) { Limit = TimeSpan.FromMinutes(1) },
            StateQuery.LinePerFile(Read)),
        ShowsRequests = true,
    });

    public static MigrationState Read(string code) => code switch
    {
        "REG" => MigrationState.Resident,
        "MIG" => MigrationState.Migrating,
        "DUL" => MigrationState.Dual,
        "OFL" or "PAR" => MigrationState.Offline, // PAR: some regions are on disk
        "UNM" => MigrationState.Recalling,
        _ => MigrationState.Unknown, // NMG, INV
    };
}

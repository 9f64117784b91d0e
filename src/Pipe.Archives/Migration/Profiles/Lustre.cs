using System.Globalization;
using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>
/// Lustre HSM through lfs, also with DMF 7 behind it. Status 0 of hsm_archive and hsm_restore means only that the request is queued. Their files must
/// be in one file system. The exit status is the errno of the first file that failed. The coordinator knows the current action, the file only its last
/// state.
/// </summary>
internal static class Lustre
{
    private const int Stale = 116;
    private const int Busy = 16;
    private const int NoDevice = 25; // ENOTTY: not Lustre

    /// <summary>The word after the colon is the number of the archive.</summary>
    public static readonly MigrationKind Kind = new("lustre", ["lfs"], [], (programs, archive) => new MigrationProfile("lustre")
    {
        Migrate = Verb(programs[0], "hsm_archive", Verdict.Queued, archive.Length > 0 ? ["--archive", archive] : []) with { IsOneDirectory = true },
        Release = Verb(programs[0], "hsm_release", Verdict.Done) with { IsOneDirectory = true },
        Recall = Verb(programs[0], "hsm_restore", Verdict.Queued) with { IsOneDirectory = true },
        Forget = Verb(programs[0], "hsm_remove", Verdict.Queued) with { IsOneDirectory = true },
        ForgetsOffline = false, // the coordinator refuses it for a released file
        Test = Verb(programs[0], "hsm_state", Verdict.Done),
        State = new StateQuery(Verb(programs[0], "hsm_state", Verdict.Done) with { Limit = TimeSpan.FromMinutes(1) }, ParseState)
        {
            Then = new StateQuery(Verb(programs[0], "hsm_action", Verdict.Done) with { Limit = TimeSpan.FromMinutes(1) }, ParseAction),
            IsOpen = state => state is MigrationState.Resident or MigrationState.Dirty or MigrationState.Offline,
        },
        ShowsRequests = true,
    });

    private static VerbCall Verb(string lfs, string verb, Verdict success, params string[] options) => new(
        [lfs, verb, .. options, VerbCall.Files],
        Feed.Words,
        new ExitMap(
            success,
            Verdict.Retry,
            (Errno.NotPermitted, Verdict.Refuse),
            (Errno.NoEntry, Verdict.Refuse),
            (Errno.Again, Verdict.Retry),
            (Busy, Verdict.Retry),
            (Stale, Verdict.Retry),
            (Errno.Invalid, Verdict.Fatal),
            (NoDevice, Verdict.Fatal),
            (Errno.NotSupported, Verdict.Fatal)));

    /// <summary>Parses <c>path: (0x0000000d) released exists archived, archive_id:1</c>.</summary>
    private static void ParseState(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states)
    {
        foreach (var (path, answer) in Answers(output, paths))
        {
            if (answer.StartsWith("(0x", StringComparison.Ordinal)
                && uint.TryParse(answer[3..].Split(')')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var flags))
            {
                states[path] = OfFlags(flags);
            }
        }
    }

    /// <summary>Parses <c>path: NOOP</c> or <c>path: ARCHIVE running (123 bytes moved)</c>.</summary>
    private static void ParseAction(string output, IReadOnlyList<string> paths, Dictionary<string, MigrationState> states)
    {
        foreach (var (path, answer) in Answers(output, paths))
        {
            states[path] = answer.Split(' ')[0] switch
            {
                "ARCHIVE" when states[path].IsOnDisk() => MigrationState.Migrating,
                "RESTORE" when states[path] == MigrationState.Offline => MigrationState.Recalling,
                _ => states[path],
            };
        }
    }

    private static IEnumerable<(string Path, string Answer)> Answers(string output, IReadOnlyList<string> paths)
    {
        var known = paths.ToHashSet();
        foreach (var line in output.Split('\n'))
        {
            var colon = line.LastIndexOf(": ", StringComparison.Ordinal);
            if (colon > 0 && known.Contains(line[..colon]))
            {
                yield return (line[..colon], line[(colon + 2)..]);
            }
        }
    }

    private static MigrationState OfFlags(uint flags)
    {
        const uint dirty = 0x02;
        const uint released = 0x04;
        const uint archived = 0x08;
        const uint lost = 0x40;
        return (flags & released) != 0 ? (flags & lost) != 0 ? MigrationState.Lost : MigrationState.Offline
            : (flags & (archived | lost)) != archived ? MigrationState.Resident
            : (flags & dirty) != 0 ? MigrationState.Dirty
            : MigrationState.Dual;
    }
}

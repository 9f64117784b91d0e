using Pipe.Archives;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yarchive;

/// <summary>Checks that the words of a command line fit together.</summary>
internal static class ArgumentRules
{
    private const string Form = "yarchive put|get|verify|ls|info|rm [HOST:]DIR/NAME; yarchive -h lists the options";

    /// <exception cref="Failure">They do not fit.</exception>
    public static void Check(Draft draft)
    {
        if (draft.Verb == Verb.None)
        {
            throw UsageError("nothing to do", Form);
        }

        foreach (var option in draft.Used.Where(option => (option.Of & draft.Verb) == 0))
        {
            throw UsageError($"{option.Name}: not for {draft.Verb.ToString().ToLowerInvariant()}", "yarchive(1) lists the options of each verb");
        }

        CheckName(draft);
        CheckStream(draft);
        CheckTape(draft);
    }

    private static void CheckName(Draft draft)
    {
        if (draft.Verb == Verb.Ls && draft.Names.Count == 0)
        {
            draft.Names.Add(".");
        }

        if (draft.Names.Count != 1)
        {
            throw UsageError(draft.Names.Count == 0 ? "no archive is named" : $"{draft.Names[1]}: more than one name", Form);
        }

        var location = Location.Parse(draft.Names[0]);
        var name = location.Path[(location.Path.LastIndexOf('/') + 1)..];
        if (draft.Verb != Verb.Ls && name is "" or "." or ".." or "~")
        {
            throw UsageError($"{draft.Names[0]}: not a name for an archive", "write [HOST:]DIR/NAME");
        }

        if (draft.Verb == Verb.Put && draft.Keep > 0 && Series.Of(name) is null)
        {
            throw UsageError($"--keep: {name}: not part of a series", "a name of a series ends in a date or a number: home-2026-11-21");
        }
    }

    private static void CheckStream(Draft draft)
    {
        if (draft.Tree.Length > 0 && draft.Producer.Count > 0)
        {
            throw UsageError("--tree and a command exclude each other", "both name the data to archive");
        }

        if (draft.Tree.Length > 0 && (draft.Output.Length > 0 || draft.Member.Length > 0 || draft.IsRaw || draft.Range != (0, Archiving.ToTheEnd)))
        {
            throw UsageError("--tree unpacks all of an archive: it excludes -o, --range, --member and --raw", "");
        }

        if (draft.Member.Length > 0 && draft.Range != (0, Archiving.ToTheEnd))
        {
            throw UsageError("--member and --range exclude each other", "");
        }

        if (draft.IsRaw && (draft.Filter.Length > 0 || draft.Encryption.Length > 0))
        {
            throw UsageError("--raw undoes no filter: it excludes --filter and --decrypt-with", "");
        }

        if (draft.Flags.HasFlag(ArchivingFlags.Index) && (draft.Filter.Length > 0 || draft.Encryption.Length > 0))
        {
            throw UsageError("--index cannot look into a stream that went through --filter or --encrypt-with", "the archive host makes the index from the data that arrive: leave out one or the other");
        }
    }

    /// <summary>Refuses options that would have no effect, rather than ignore them silently.</summary>
    private static void CheckTape(Draft draft)
    {
        var isMigrated = draft.Flags.HasFlag(ArchivingFlags.Migrate);
        if (draft.Verb == Verb.Put && !isMigrated && draft.Used.FirstOrDefault(option => option.Group == Options.Tape) is { } idle)
        {
            throw UsageError($"{idle.Name}: without --migrate nothing is migrated", "--migrate migrates each fragment");
        }

        var isRecalled = draft.Flags.HasFlag(ArchivingFlags.Release) || draft.System.Length > 0 || !draft.SystemCommands.IsEmpty;
        if (!isRecalled && (draft.RecallAhead > 0 || (draft.Verb == Verb.Verify && draft.PatienceSeconds > 0)))
        {
            throw UsageError($"{(draft.RecallAhead > 0 ? "--recall-ahead" : "--wait")}: no data migration system is named", "--hsm SYSTEM, your own commands or --release select one");
        }
    }

    private static Failure UsageError(string cause, string hint) => new(ExitCode.Usage, cause, hint);
}

using Pipe.Archives;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Yarchive;

/// <summary>Removes an archive, or the older archives of its series.</summary>
/// <param name="path">The archive; with keep, any archive of the series, or their common prefix.</param>
/// <param name="keep">Number of archives of the series to keep; 0 to remove a single archive.</param>
/// <param name="isForced">Whether to remove an archive with a damaged manifest too.</param>
/// <param name="isDry">Whether to only print what would be removed; reports reasons against it too.</param>
/// <param name="isVerbose">Whether to print each removed archive.</param>
/// <param name="system">The data migration system that deletes its copies; empty to keep them.</param>
/// <param name="vouched">Spill directories that the user vouches for.</param>
internal sealed class RemoveCommand(string path, int keep, bool isForced, bool isDry, bool isVerbose, string system, IReadOnlyList<string> vouched) : ILocalCommand
{
    public void Run(Action<string> answer, Action<string> waiting)
    {
        var copies = system.Length > 0 ? new ForgottenCopies(MigrationSystem.Find(system, new MigrationCommands())) : null;
        var staying = new List<string>();
        foreach (var archive in Chosen())
        {
            using var removal = Begin(archive);
            if (removal is null)
            {
                continue;
            }

            staying.AddRange((isDry ? copies?.Staying(removal.Fragments) : removal.Carry(copies)) ?? []);
            if (isDry || isVerbose)
            {
                PrintRemoved(archive, removal, answer);
            }

            foreach (var file in removal.Left)
            {
                answer($"{RawText.Printable(file.Path)}: {(isDry ? "would be left" : "left")}: {RawText.Printable(file.Why)}\n");
            }
        }

        if (staying.Count > 0)
        {
            throw new Failure(
                ExitCode.Objects,
                $"{staying[0]}{(staying.Count > 1 ? $", and {staying.Count - 1} more" : "")}: {copies!.System} keeps its copies",
                "it may delete them by itself once the files are gone");
        }
    }

    /// <summary>Prints a line for the archive, and one for each other directory with removed fragments.</summary>
    private void PrintRemoved(ArchiveName archive, Removal removal, Action<string> answer)
    {
        var removed = isDry ? "would be removed" : "removed";
        answer($"{RawText.Printable(archive.Path)}: {removed}\n");
        foreach (var (directory, fragments) in removal.Elsewhere)
        {
            answer($"{RawText.Printable(directory)}: {fragments} {(fragments == 1 ? "fragment" : "fragments")} of {RawText.Printable(archive.Name)} {removed}\n");
        }
    }

    /// <summary>Null if another run with the same series and number has removed the archive, or is about to.</summary>
    private Removal? Begin(ArchiveName archive)
    {
        try
        {
            return new Removal(archive, isForced, vouched);
        }
        catch (Failure e) when (keep > 0 && e.Code == ExitCode.Objects && Removal.IsTaken(archive))
        {
            return null;
        }
        catch (Failure e) when (e.Code == ExitCode.Integrity && !isForced && FileStatus.Of(archive.Manifest) is { IsRegular: true })
        {
            throw new Failure(e.Code, e.Message, "--force removes the fragments that this manifest still names");
        }
    }

    private IReadOnlyList<ArchiveName> Chosen()
    {
        var archive = Catalog.Named(path);
        if (keep == 0)
        {
            return [archive];
        }

        var series = Series.Of(archive.Name) ?? archive.Name;
        return Series.Old(archive.Directory, series, keep, archive.Name)
            ?? throw new Failure(ExitCode.Objects, $"{Paths.Join(archive.Directory, series)}: no archive belongs to this series", "a series is the part of a name before its date or number");
    }
}

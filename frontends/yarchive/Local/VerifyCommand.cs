using Pipe.Archives;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yarchive;

/// <summary>Reads an archive in place and compares it with its manifest: prints a line for each wrong fragment, one for a wrong index, and a summary.</summary>
/// <param name="path">The archive.</param>
/// <param name="percent">The share to read.</param>
/// <param name="alsoSha256">Whether to compare the SHA-256 too.</param>
/// <param name="isVerbose">Whether to print a line for each fragment.</param>
/// <param name="archiving">How to recall fragments from tape, if they are there.</param>
/// <param name="patienceSeconds">The longest wait for that without progress.</param>
internal sealed class VerifyCommand(string path, double percent, bool alsoSha256, bool isVerbose, Archiving archiving, int patienceSeconds) : ILocalCommand
{
    public void Run(Action<string> answer, Action<string> waiting)
    {
        var manifest = Manifest.ReadComplete(Catalog.Named(path));
        var sample = Verification.Sample(manifest.Fragments, percent, Random.Shared);
        using var recall = ArchiveRecall.Of(manifest.Archive, sample, archiving, patienceSeconds, waiting);
        var verification = new Verification(manifest, alsoSha256, recall);
        var (wrong, unread, bytes) = (0, 0, 0L);
        foreach (var fragment in sample)
        {
            var finding = verification.Verify(fragment);
            wrong += finding.IsWrong ? 1 : 0;
            unread += finding.IsUnread ? 1 : 0;
            bytes += fragment.Size;
            if (finding.Fault.Length > 0 || isVerbose)
            {
                answer(Line(manifest.Archive, fragment, finding));
            }
        }

        var index = verification.VerifyIndex() ?? new Finding("");
        if (index.Fault.Length > 0 || (isVerbose && manifest.End!.Index is not null))
        {
            answer($"{RawText.Printable(manifest.Archive.Index)}: {Words(index)}\n");
        }

        var amount = $"{sample.Count} of {manifest.Fragments.Count} fragments, {ByteSize.Round(bytes)}";
        answer($"{RawText.Printable(manifest.Archive.Name)}: {amount}: {Words(wrong, unread)}{(index.Fault.Length == 0 ? "" : index.IsWrong ? ", index wrong" : ", index not read")}\n");
        if (wrong == 0 && index.IsWrong)
        {
            throw Fault(manifest.Archive, index); // an unreadable file counts too
        }

        Judge(manifest.Archive, sample.Count, wrong, unread, hint: recall is null ? "; --hsm SYSTEM recalls fragments from tape" : "");
        if (index.IsUnread)
        {
            throw Fault(manifest.Archive, index);
        }
    }

    /// <summary>The bytes of the stream in the form of --range.</summary>
    private static string Line(ArchiveName archive, in Fragment fragment, Finding finding) =>
        $"{RawText.Printable(fragment.Path(archive))}: bytes {fragment.Offset}-{fragment.End - 1}: {Words(finding)}\n";

    private static string Words(Finding finding) => finding.Fault.Length > 0 ? RawText.Printable(finding.Fault) : "as stored";

    private static string Words(int wrong, int unread) =>
        unread == 0 ? wrong > 0 ? $"{wrong} wrong" : "as stored"
        : wrong > 0 ? $"{wrong} wrong, {unread} not read"
        : $"{unread} not read";

    private static void Judge(ArchiveName archive, int looks, int wrong, int unread, string hint)
    {
        var also = wrong > 0 && unread > 0 ? $", {unread} could not be read" : "";
        if (wrong > 0)
        {
            throw new Failure(ExitCode.Integrity, $"{archive.Path}: {wrong} of {looks} fragments are not as they were stored{also}", "the lines above say which; all others can still be read, with --range");
        }

        if (unread > 0)
        {
            throw new Failure(ExitCode.Objects, $"{archive.Path}: {unread} of {looks} fragments could not be read", "the lines above say why" + hint);
        }
    }

    private static Failure Fault(ArchiveName archive, Finding index) => new(
        index.IsWrong ? ExitCode.Integrity : ExitCode.Objects, $"{archive.Index}: {index.Fault}", "without --member the archive can be read as a whole");
}

using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Yarchive;

/// <summary>Reads an archive where it lies and compares it with its manifest: a line for each fragment that is wrong, and one at the end.</summary>
internal sealed class VerifyChore(string path, double percent, bool alsoSha256, bool isVerbose) : IChore
{
    public void Run(Action<string> answer)
    {
        var archive = Catalog.Named(path);
        var all = Manifest.ReadComplete(archive).Fragments;
        var sample = Verification.Sample(all, percent, Random.Shared);
        var verification = new Verification(archive, alsoSha256);
        var (wrong, bytes) = (0, 0L);
        foreach (var fragment in sample)
        {
            var fault = verification.Look(fragment);
            wrong += fault.Length > 0 ? 1 : 0;
            bytes += fragment.Size;
            if (fault.Length > 0 || isVerbose)
            {
                answer($"{RawText.Printable(fragment.Path(archive))}: bytes {fragment.Offset} to {fragment.End}: {(fault.Length > 0 ? RawText.Printable(fault) : "as stored")}\n");
            }
        }

        var amount = $"{sample.Count} of {all.Count} fragments, {ByteSize.Round(bytes)}";
        answer($"{RawText.Printable(archive.Name)}: {amount}: {(wrong > 0 ? $"{wrong} wrong" : "as stored")}\n");
        if (wrong > 0)
        {
            throw new Failure(ExitCode.Integrity, $"{Paths.Join(archive.Directory, archive.Name)}: {wrong} of {sample.Count} fragments are not as they were stored", "the lines above say which; all others can still be read, with --range");
        }
    }
}

using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Yarchive;

/// <summary>Removes an archive, or the older ones of its series.</summary>
/// <param name="path">The archive; to keep some, any of the series, or what their names begin with.</param>
/// <param name="keep">How many of the series stay; 0: it is not about a series.</param>
/// <param name="isDry">Only say which.</param>
/// <param name="isVerbose">Say which.</param>
internal sealed class RemoveChore(string path, int keep, bool isDry, bool isVerbose) : IChore
{
    public void Run(Action<string> answer)
    {
        foreach (var archive in Chosen())
        {
            if (!isDry)
            {
                Removal.Of(archive);
            }

            if (isDry || isVerbose)
            {
                answer($"{RawText.Printable(Paths.Join(archive.Directory, archive.Name))}: {(isDry ? "would be removed" : "removed")}\n");
            }
        }
    }

    private IReadOnlyList<ArchiveName> Chosen()
    {
        var archive = Catalog.Named(path);
        if (keep > 0)
        {
            return Series.Old(archive.Directory, Series.Of(archive.Name) ?? archive.Name, keep, archive.Name);
        }

        Manifest.FiltersOf(archive);
        return [archive];
    }
}

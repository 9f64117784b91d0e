using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// The stored index of a complete archive. Used only if the manifest lists it: an index of another archive would lead to wrong bytes without any sign
/// of it.
/// </summary>
internal sealed class StoredIndex(Manifest manifest)
{
    private const string Hint = $"the archive can be read as a whole, without {OptionWord.Member}";

    private string Name => manifest.Archive.Index;

    /// <summary>The digest of the whole file in its present state.</summary>
    public static WideDigest DigestOf(Fd fd)
    {
        var digest = new StreamDigest();
        var buffer = new byte[256 << 10];
        for (var (at, count) = (0L, 0); (count = fd.ReadAt(buffer, at)) > 0; at += count)
        {
            digest.Add(buffer.AsSpan(0, count));
        }

        return digest.Whole;
    }

    /// <summary>Verifies the index; null if the manifest lists none.</summary>
    public Finding? Look() => manifest.End?.Index is { } expected ? Look(expected) : null;

    /// <exception cref="Failure">There is no index, or it is not the one that was stored.</exception>
    public MemberIndex Open()
    {
        if (FileStatus.Of(Name) is null)
        {
            var why = manifest.End?.Index is null ? "it was stored without an index" : "the one that was stored is gone";
            throw new Failure(ExitCode.Objects, $"{manifest.Archive.Path}: has no index of members", $"{why}; read all of it, and let tar or cpio find the member");
        }

        var finding = Look() ?? new Finding("its manifest knows of no index");
        return finding.Fault.Length == 0
            ? new MemberIndex(() => ByteStream.OfFile(Name), Name)
            : throw new Failure(finding.IsUnread ? ExitCode.Objects : ExitCode.Integrity, $"{Name}: {finding.Fault}", Hint);
    }

    private Finding Look(WideDigest expected)
    {
        try
        {
            using var fd = StoredFile.Open(Name);
            return DigestOf(fd) == expected ? new Finding("")
                : StoredFile.MayBeOnTape(FileStatus.Of(fd)) ? throw StoredFile.OnTape(Name, "the data read differ from those stored")
                : new Finding("is not the index that was stored, by its digest");
        }
        catch (LinuxException e)
        {
            return Finding.Of(e);
        }
        catch (Failure e) when (e.Code is ExitCode.Objects or ExitCode.Integrity)
        {
            return Finding.Of(e, Name);
        }
    }
}

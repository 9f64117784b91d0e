using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// The reliable part of a damaged manifest: its id, and the files that it lists as fragments. A changed byte may name an unrelated file, so
/// <see cref="FragmentProof"/> decides which files belong to the archive.
/// </summary>
internal sealed class ManifestSalvage
{
    private readonly ArchiveName _archive;
    private readonly List<Fragment> _fragments = [];
    private long _announced = -1;
    private bool _isBegun;

    private ManifestSalvage(ArchiveName archive) => _archive = archive;

    public IReadOnlyList<Fragment> Fragments => _fragments;

    /// <summary>Empty if its line is lost.</summary>
    public string Id { get; private set; } = "";

    /// <exception cref="Failure">Nothing in the file shows that it was a manifest of this archive.</exception>
    public static ManifestSalvage Read(ArchiveName archive, Fd manifest)
    {
        var salvage = new ManifestSalvage(archive);
        salvage.Read(manifest);
        return salvage._isBegun || salvage._fragments.Count > 0
            ? salvage
            : throw new Failure(ExitCode.Integrity, $"{archive.Manifest}: nothing in it shows that it is a manifest", "if it is yours to remove, rm(1) does that");
    }

    private void Read(Fd manifest)
    {
        var buffer = new byte[1 << 20];
        var (kept, offset) = (0, 0L);
        for (int count; (count = manifest.ReadAt(buffer.AsSpan(kept), offset)) > 0; offset += count)
        {
            var text = buffer.AsSpan(0, kept + count);
            for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
            {
                Take(text[..end]);
            }

            kept = text.Length < buffer.Length ? text.Length : 0; // too long for a line of a manifest
            text[..kept].CopyTo(buffer);
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        _isBegun |= line.SequenceEqual(RawText.Encode(ManifestText.Format));
        if (ManifestText.TryReadDigest(line, out _, out var name, out var isEscaped))
        {
            TakeName(ManifestText.NameIn(name, isEscaped));
        }
        else if (_fragments.Count == 0 && ManifestText.TryReadKey(line, ManifestText.IdKey, out var id))
        {
            Id = RawText.Decode(id);
        }

        _announced = ManifestText.TryReadKey(line, ManifestText.FragmentKey, out var value) ? ManifestText.AnnouncedSize(value) : -1;
    }

    private void TakeName(string path)
    {
        var directory = path.Contains('/', StringComparison.Ordinal) ? Paths.DirectoryOf(path) : "";
        if (_archive.NumberOf(Paths.NameOf(path)) is { } number && (directory.Length == 0 || path.StartsWith('/')))
        {
            _fragments.Add(new Fragment(number, directory, 0, _announced, 0, default));
        }
    }
}

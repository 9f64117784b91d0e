using System.Security.Cryptography;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>Reads the stored fragments of an archive and compares them with the manifest.</summary>
/// <param name="manifest">The manifest of the archive.</param>
/// <param name="alsoSha256">Whether to compare the SHA-256 too, which takes longer.</param>
/// <param name="recall">Recalls the fragments to read; null if they are on disk.</param>
internal sealed class Verification(Manifest manifest, bool alsoSha256, RecallAhead? recall)
{
    private readonly byte[] _buffer = new byte[1 << 20];
    private readonly StreamDigest _digest = new();
    private int _looks;

    /// <summary>Verifies one fragment. Called in the order in which fragments are recalled.</summary>
    /// <exception cref="Failure">The recall timed out.</exception>
    public Finding Look(in Fragment fragment)
    {
        var path = fragment.Path(manifest.Archive);
        _looks++;
        try
        {
            var size = StoredFile.StatusOf(path).Size;
            return size == fragment.Size ? Read(fragment, path) : new Finding($"has {size} bytes, and {fragment.Size} by the manifest");
        }
        catch (LinuxException e)
        {
            return Finding.Of(e);
        }
        catch (Failure e) when (e.Code is ExitCode.Objects or ExitCode.Integrity)
        {
            return Finding.Of(e, path);
        }
    }

    /// <summary>Verifies the index, which is small; null if the archive has none.</summary>
    public Finding? LookAtIndex() => new StoredIndex(manifest).Look();

    /// <summary>Chooses the fragments to verify: all of them, or a random share, at least one.</summary>
    public static IReadOnlyList<Fragment> Sample(IReadOnlyList<Fragment> fragments, double percent, Random random)
    {
        var count = percent >= 100 ? fragments.Count : Math.Min(fragments.Count, Math.Max(1, (int)Math.Ceiling(fragments.Count * percent / 100)));
        if (count == fragments.Count)
        {
            return fragments;
        }

        var numbers = Enumerable.Range(0, fragments.Count).ToArray();
        random.Shuffle(numbers);
        return [.. numbers.Take(count).Order().Select(number => fragments[number])];
    }

    private Finding Read(in Fragment fragment, string path)
    {
        recall?.Await(_looks - 1);
        try
        {
            using var fd = StoredFile.Open(path);
            var fault = Compare(fd, fragment);
            return fault.Length > 0 && StoredFile.MayBeOnTape(FileStatus.Of(fd))
                ? throw StoredFile.OnTape(path, "the data read differ from those stored")
                : new Finding(fault);
        }
        finally
        {
            if (!IsStub(fragment))
            {
                recall?.Done(_looks - 1);
            }
        }
    }

    /// <summary>Whether the fragment is the stub, which stays on disk.</summary>
    private bool IsStub(in Fragment fragment) => fragment.Number == 0 && manifest.Head.Stub > 0;

    private string Compare(Fd fd, in Fragment fragment)
    {
        using var sha256 = alsoSha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        fd.AdviseSequential();
        _digest.TakeStretch();
        for (var at = 0L; at < fragment.Size;)
        {
            var count = fd.ReadAt(_buffer, at);
            if (count == 0)
            {
                return "became shorter while it was read";
            }

            _digest.AddToStretch(_buffer.AsSpan(0, count));
            sha256?.AppendData(_buffer, 0, count);
            at += count;
        }

        return _digest.TakeStretch() != fragment.XxHash ? "differs from the stored data, by its XXH3 digest"
            : sha256 is not null && Digest.Read(sha256.GetHashAndReset()) != fragment.Sha256 ? "differs from the stored data, by its SHA-256 digest"
            : "";
    }
}

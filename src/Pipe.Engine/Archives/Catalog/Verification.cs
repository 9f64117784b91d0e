using System.Security.Cryptography;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Reads the fragments of an archive where they lie and compares them with the manifest; the bytes go nowhere.</summary>
/// <param name="archive">Which one.</param>
/// <param name="alsoSha256">Compare the SHA-256 too, which takes longer.</param>
internal sealed class Verification(ArchiveName archive, bool alsoSha256)
{
    private readonly byte[] _buffer = new byte[1 << 20];
    private readonly StreamDigest _digest = new();

    /// <summary>What is wrong with a fragment; empty if nothing is.</summary>
    public string Look(in Fragment fragment)
    {
        var path = fragment.Path(archive);
        try
        {
            using var fd = Fd.Open(path, OpenFlags.ReadOnly | OpenFlags.NoTerminal);
            var size = FileStatus.Of(fd).Size;
            return size != fragment.Size ? $"has {size} bytes, and {fragment.Size} by the manifest" : Compare(fd, fragment);
        }
        catch (LinuxException e) when (e.Errno == Errno.NoEntry)
        {
            return "is missing";
        }
        catch (LinuxException e)
        {
            return $"cannot be read: {e.Message}";
        }
    }

    /// <summary>Which fragments to look at: all of them, or that part, at least one, by chance.</summary>
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

        return _digest.TakeStretch() != fragment.XxHash ? "is not what was stored, by its XXH3 digest"
            : sha256 is not null && Digest.Read(sha256.GetHashAndReset()) != fragment.Sha256 ? "is not what was stored, by its SHA-256 digest"
            : "";
    }
}

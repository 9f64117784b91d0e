using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A manifest as it stands on disk. Without <see cref="End"/> it is that of an archive which was cut, and is no archive.</summary>
/// <param name="Archive">Its name.</param>
/// <param name="Head">What it begins with.</param>
/// <param name="Fragments">The complete ones, in order, without a gap.</param>
/// <param name="End">What it closes with; null if it was cut.</param>
/// <param name="Length">Bytes up to which it makes sense.</param>
internal sealed record Manifest(ArchiveName Archive, ManifestHead Head, IReadOnlyList<Fragment> Fragments, ManifestEnd? End, long Length)
{
    private const int LongestLine = 2 * Limits.MaxText;

    public long Size => Fragments.Count > 0 ? Fragments[^1].End : 0;

    /// <exception cref="Failure">There is none, it cannot be read, or it is damaged.</exception>
    public static Manifest Read(ArchiveName archive)
    {
        try
        {
            using var fd = Fd.Open(archive.Manifest, OpenFlags.ReadOnly | OpenFlags.NoTerminal);
            return Read(archive, fd);
        }
        catch (LinuxException e) when (e.Errno == Errno.NoEntry)
        {
            throw new Failure(ExitCode.Objects, $"{Paths.Join(archive.Directory, archive.Name)}: no such archive", $"there is no {archive.Manifest}");
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    /// <summary>As above; of one that is complete.</summary>
    public static Manifest ReadComplete(ArchiveName archive) => Read(archive) is { End: not null } complete
        ? complete
        : throw new Failure(
            ExitCode.Objects,
            $"{Paths.Join(archive.Directory, archive.Name)}: is not complete: its manifest has no closing line",
            "it was cut, or is being written; -resume goes on behind its last fragment");

    /// <summary>From an open file.</summary>
    public static Manifest Read(ArchiveName archive, Fd fd)
    {
        using var reader = new Reader(archive);
        var buffer = new byte[1 << 20];
        var kept = 0;
        for (var offset = 0L; ;)
        {
            var count = fd.ReadAt(buffer.AsSpan(kept), offset);
            offset += count;
            var lines = buffer.AsSpan(0, kept + count);
            while (lines.IndexOf((byte)'\n') is var end and >= 0)
            {
                reader.Take(lines[..(end + 1)]);
                lines = lines[(end + 1)..];
            }

            if (count == 0 || lines.Length > LongestLine)
            {
                reader.TakeRest(lines);
                return reader.Result();
            }

            lines.CopyTo(buffer);
            kept = lines.Length;
        }
    }

    /// <summary>
    /// Takes one line after the other; what does not fit is where a cut manifest ends, and a fault in a complete one. Complete is also
    /// one whose closing line is damaged.
    /// </summary>
    private sealed class Reader(ArchiveName archive) : IDisposable
    {
        private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly List<Fragment> _fragments = [];
        private readonly List<string> _filters = [];
        private readonly List<string> _directories = [""];
        private ManifestHead _head = new(archive.Name, "", 0, 0, [], "");
        private ManifestEnd? _end;
        private (long Offset, long Size, ulong XxHash)? _announced;
        private long _length;
        private long _good;
        private bool _isBegun;
        private bool _hasMore;
        private bool _isClosed;
        private string _fault = "";

        private static ReadOnlySpan<byte> DigestWord => " sha256 "u8;

        public void Take(ReadOnlySpan<byte> line)
        {
            _isClosed |= IsLikeEnd(line);
            if (_fault.Length > 0 || _end is not null)
            {
                // Only the last line can be one that was cut.
                _hasMore = true;
                return;
            }

            var text = line[..^1];
            if (!_isBegun)
            {
                _isBegun = Encoding.ASCII.GetString(text) == ManifestText.Format;
                _fault = _isBegun ? "" : $"it does not begin with: {ManifestText.Format}";
            }
            else if (!(text.StartsWith("# "u8) ? TakeWords(text[2..]) : TakeFragment(text)))
            {
                _fault = $"line at byte {_length} makes no sense";
            }

            _length += line.Length;
            if (_fault.Length == 0)
            {
                _sha256.AppendData(line);
                _good = _announced is null ? _length : _good;
            }
        }

        /// <summary>What stands behind the last line: one that was cut, or a closing line whose end has changed.</summary>
        public void TakeRest(ReadOnlySpan<byte> rest)
        {
            var digest = rest.LastIndexOf(DigestWord);
            var isWhole = digest >= 0 && rest.Length > digest + DigestWord.Length + (2 * Digest.Size);
            if (IsLikeEnd(rest) && isWhole)
            {
                (_isClosed, _fault) = (true, "its closing line does not end");
            }
        }

        public Manifest Result()
        {
            if ((_fault.Length > 0 && (_isClosed || !_isBegun)) || _hasMore)
            {
                throw new Failure(
                    ExitCode.Integrity,
                    $"{archive.Manifest}: {(_fault.Length > 0 ? _fault : "there are lines behind its closing line")}",
                    "the manifest is damaged; the fragments may be whole");
            }

            return new Manifest(archive, _head with { Filters = _filters }, _fragments, _end, _good);
        }

        public void Dispose() => _sha256.Dispose();

        /// <summary>Whether it is the closing line, or was, before a byte of it has changed.</summary>
        private static bool IsLikeEnd(ReadOnlySpan<byte> line) => line.StartsWith("# end "u8) || line.IndexOf(" xxh128 "u8) >= 0;

        private bool TakeWords(ReadOnlySpan<byte> text)
        {
            var space = text.IndexOf((byte)' ');
            var value = space < 0 ? default : text[(space + 1)..];
            switch (Encoding.ASCII.GetString(space < 0 ? text : text[..space]))
            {
                case ManifestText.FragmentKey:
                    return TakeAnnouncement(value);
                case ManifestText.EndKey:
                    SeeToDigest(text);
                    return TakeEnd(Encoding.ASCII.GetString(value).Split(' '));
                case "started":
                    _head = _head with { Started = Plain(value) };
                    return true;
                case "filter":
                    _filters.Add(Plain(value));
                    return true;
                case "made":
                    _head = _head with { Made = Plain(value) };
                    return true;
                case "fragment":
                    return TakeSizes(Encoding.ASCII.GetString(value).Split(' '));
                default:
                    // Later versions may have more to say at the start.
                    return _fragments.Count == 0;
            }
        }

        private static string Plain(ReadOnlySpan<byte> value) => ManifestText.Unescape(RawText.Decode(value));

        private bool TakeSizes(string[] words)
        {
            if (words is not [var size, "stub", var stub] || !TryNumber(size, out var fragment) || !TryNumber(stub, out var first))
            {
                return false;
            }

            _head = _head with { FragmentSize = fragment, Stub = first };
            return true;
        }

        /// <summary>OFFSET size SIZE xxh3 DIGEST time TIME</summary>
        private bool TakeAnnouncement(ReadOnlySpan<byte> text)
        {
            if (_announced is not null || !TryNumber(ref text, out var offset)
                || !TryWord(ref text, "size "u8) || !TryNumber(ref text, out var size)
                || !TryWord(ref text, "xxh3 "u8) || !Utf8Parser.TryParse(text, out ulong digest, out var used, 'x') || used != 16)
            {
                return false;
            }

            _announced = (offset, size, digest);
            return offset == (_fragments.Count > 0 ? _fragments[^1].End : 0) && size > 0 && size <= long.MaxValue - offset;
        }

        private bool TakeFragment(ReadOnlySpan<byte> line)
        {
            const int digits = 2 * Digest.Size;
            var isEscaped = line.StartsWith("\\"u8);
            line = isEscaped ? line[1..] : line;
            Span<byte> sha256 = stackalloc byte[Digest.Size];
            if (_announced is not { } at || line.Length < digits + 3 || line[digits] != ' '
                || Convert.FromHexString(line[..digits], sha256, out _, out _) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            var number = _fragments.Count;
            var name = RawText.Decode(line[(digits + 2)..]);
            if (DirectoryOf(isEscaped ? ManifestText.Unescape(name) : name, number) is not { } directory)
            {
                return false;
            }

            _announced = null;
            _fragments.Add(new Fragment(number, directory, at.Offset, at.Size, at.XxHash, Digest.Read(sha256)));
            return true;
        }

        /// <summary>Null if the name is not that of this fragment: a manifest never leads to other files.</summary>
        private string? DirectoryOf(string path, int number)
        {
            var name = archive.Fragment(number);
            if (path == name)
            {
                return "";
            }

            if (!path.EndsWith("/" + name, StringComparison.Ordinal) || !path.StartsWith('/'))
            {
                return null;
            }

            var directory = Paths.DirectoryOf(path);
            var known = _directories.IndexOf(directory);
            if (known < 0)
            {
                _directories.Add(directory);
            }

            return known < 0 ? directory : _directories[known];
        }

        /// <summary>The closing line's own digest is of all that stands before it.</summary>
        private void SeeToDigest(ReadOnlySpan<byte> text)
        {
            if (text.LastIndexOf(DigestWord) is var digest and >= 0)
            {
                _sha256.AppendData("# "u8);
                _sha256.AppendData(text[..(digest + DigestWord.Length)]);
            }
        }

        private bool TakeEnd(string[] words)
        {
            if (words is not ["fragments", var fragments, "size", var size, "xxh128", var stream, "time", var time, "sha256", var sha256]
                || !UInt128.TryParse(stream, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digest))
            {
                return false;
            }

            _end = new ManifestEnd(_fragments.Count, _fragments.Count > 0 ? _fragments[^1].End : 0, digest, time);
            if (sha256 != Convert.ToHexStringLower(_sha256.GetCurrentHash()))
            {
                _fault = "it has changed since it was written, by its own digest";
            }
            else if (!TryNumber(fragments, out var count) || !TryNumber(size, out var bytes) || count != _end.Fragments || bytes != _end.Size || _announced is not null)
            {
                _fault = $"its closing line speaks of {fragments} fragments and {size} bytes, there are {_end.Fragments} and {_end.Size}";
            }

            return true;
        }

        private static bool TryNumber(string text, out long number) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

        private static bool TryNumber(ref ReadOnlySpan<byte> text, out long number)
        {
            var isNumber = Utf8Parser.TryParse(text, out number, out var used) && number >= 0 && used < text.Length && text[used] == ' ';
            text = isNumber ? text[(used + 1)..] : text;
            return isNumber;
        }

        private static bool TryWord(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
        {
            var isThere = text.StartsWith(word);
            text = isThere ? text[word.Length..] : text;
            return isThere;
        }
    }
}

using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>Called with each fragment of a manifest.</summary>
internal delegate void FragmentVisitor(in Fragment fragment);

/// <summary>
/// Parses a manifest line by line. An invalid line ends an incomplete manifest, and is an error in a complete one. There may be a million fragments:
/// none is kept, and no string is made for those in the manifest's directory.
/// </summary>
internal sealed class ManifestReader(ArchiveName archive, FragmentVisitor visit) : IDisposable
{
    private const int LongestLine = 2 * Limits.MaxText;
    private readonly IncrementalHash _sha256 = Cryptography.Sha256();
    private readonly List<string> _filters = [];
    private readonly List<string> _next = [];
    private readonly List<string> _directories = [""];
    private ManifestHead _head = new(archive.Name, "", 0, 0, [], "");
    private ManifestEnd? _end;
    private WideDigest? _index;
    private (long Offset, long Size, ulong XxHash)? _announced;
    private byte[] _expected = RawText.Encode(archive.Fragment(0));
    private int _count;
    private long _size;
    private long _length;
    private long _good;
    private long _body;
    private bool _isBegun;
    private bool _hasMore;
    private bool _isClosed;
    private string _fault = "";

    /// <summary>Maximum number of fragments to read; 0 stops before the first.</summary>
    public int Most { get; init; } = int.MaxValue;

    private static ReadOnlySpan<byte> DigestWord => " sha256 "u8;

    private bool IsEnough => _hasMore || (_announced is not null && _count == Most);

    /// <summary>Whether the first of two lines that belong together has been read.</summary>
    private bool IsBetween => _announced is not null || (_index is not null && _end is null);

    /// <summary>Reads from the start of a file. The returned manifest has no fragments.</summary>
    public Manifest Read(Fd fd)
    {
        var buffer = new byte[1 << 20];
        var kept = 0;
        for (var offset = 0L; ;)
        {
            var count = fd.ReadAt(buffer.AsSpan(kept), offset);
            offset += count;
            var lines = buffer.AsSpan(0, kept + count);
            var used = TakeLines(lines);
            kept = lines.Length - used;
            if (count == 0 || kept > LongestLine || IsEnough)
            {
                TakeRest(IsEnough ? [] : lines[used..]);
                return Result();
            }

            lines[used..].CopyTo(buffer);
        }
    }

    public void Dispose() => _sha256.Dispose();

    /// <summary>Takes complete lines; returns their length in bytes.</summary>
    private int TakeLines(ReadOnlySpan<byte> lines)
    {
        var (used, hashed) = (0, 0);
        while (!IsEnough && lines[used..].IndexOf((byte)'\n') is var end and >= 0)
        {
            var line = lines.Slice(used, end + 1);
            if (line.StartsWith("# end "u8))
            {
                _sha256.AppendData(lines[hashed..used]);
                hashed = used;
            }

            Take(line);
            used += line.Length;
        }

        _sha256.AppendData(lines[hashed..used]);
        return used;
    }

    /// <summary>Takes the rest after the last line: a cut line, or a closing line whose end has changed.</summary>
    private void TakeRest(ReadOnlySpan<byte> rest)
    {
        var digest = rest.LastIndexOf(DigestWord);
        var isWhole = digest >= 0 && rest.Length > digest + DigestWord.Length + (2 * Digest.Size);
        if (IsLikeEnd(rest) && isWhole)
        {
            (_isClosed, _fault) = (true, "its closing line does not end");
        }
    }

    /// <summary>Whether the line is the closing line, or was before a byte of it changed.</summary>
    private static bool IsLikeEnd(ReadOnlySpan<byte> line) => line.StartsWith("# end "u8) || line.IndexOf(" xxh128 "u8) >= 0;

    private void Take(ReadOnlySpan<byte> line)
    {
        _isClosed |= IsLikeEnd(line);
        if (_fault.Length > 0 || _end is not null)
        {
            // Only the last line can be a cut one.
            _hasMore = true;
            return;
        }

        var text = line[..^1];
        _fault = !_isBegun ? Begin(text)
            : (text.StartsWith("# "u8) ? TakeWords(text[2..]) : TakeFragment(text)) ? _fault
            : $"line at byte {_length} makes no sense";
        _length += line.Length;
        if (_fault.Length == 0)
        {
            _good = IsBetween ? _good : _length;
        }
    }

    private string Begin(ReadOnlySpan<byte> text)
    {
        _isBegun = Encoding.ASCII.GetString(text) == ManifestText.Format;
        return _isBegun ? "" : $"it does not begin with: {ManifestText.Format}";
    }

    private Manifest Result()
    {
        if ((_fault.Length > 0 && (_isClosed || !_isBegun)) || _hasMore)
        {
            throw new Failure(
                ExitCode.Integrity,
                $"{archive.Manifest}: {(_fault.Length > 0 ? _fault : "there are lines behind its closing line")}",
                "the manifest is damaged; the fragments may be whole");
        }

        return new Manifest(archive, _head with { Filters = _filters, Next = _next }, [], _end, _good) { Body = _end is null ? _good : _body };
    }

    private bool TakeWords(ReadOnlySpan<byte> text)
    {
        var space = text.IndexOf((byte)' ');
        var key = space < 0 ? text : text[..space];
        var value = space < 0 ? default : text[(space + 1)..];
        if (key.SequenceEqual("at"u8))
        {
            return TakeAnnouncement(value);
        }

        var word = Encoding.ASCII.GetString(key);
        if (_index is not null && word != ManifestText.EndKey)
        {
            return false;
        }

        switch (word)
        {
            case ManifestText.IndexKey:
                return TakeIndex(Encoding.ASCII.GetString(value).Split(' '));
            case ManifestText.EndKey:
                UpdateDigest(text);
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
            case ManifestText.IdKey when _count == 0:
                _head = _head with { Id = Plain(value) };
                return true;
            case ManifestText.NextKey when _count == 0:
                _next.Add(Plain(value));
                return true;
            case "fragment":
                return TakeSizes(Encoding.ASCII.GetString(value).Split(' '));
            default:
                // Later versions may add lines to the head.
                return _count == 0;
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

    /// <summary>Parses OFFSET size SIZE xxh3 DIGEST time TIME.</summary>
    private bool TakeAnnouncement(ReadOnlySpan<byte> text)
    {
        if (IsBetween || !TryNumber(ref text, out var offset)
            || !TryWord(ref text, "size "u8) || !TryNumber(ref text, out var size)
            || !TryWord(ref text, "xxh3 "u8) || !Utf8Parser.TryParse(text, out ulong digest, out var used, 'x') || used != 16)
        {
            return false;
        }

        _announced = (offset, size, digest);
        return offset == _size && size > 0 && size <= long.MaxValue - offset;
    }

    private bool TakeFragment(ReadOnlySpan<byte> line)
    {
        const int digits = 2 * Digest.Size;
        var isEscaped = line.StartsWith("\\"u8);
        line = isEscaped ? line[1..] : line;
        Span<byte> sha256 = stackalloc byte[Digest.Size];
        if (_announced is not { } at || line.Length < digits + 3 || line[digits] != ' '
            || Convert.FromHexString(line[..digits], sha256, out _, out _) != System.Buffers.OperationStatus.Done
            || DirectoryOf(line[(digits + 2)..], isEscaped) is not { } directory)
        {
            return false;
        }

        _announced = null;
        visit(new Fragment(_count++, directory, at.Offset, at.Size, at.XxHash, Digest.Read(sha256)));
        _size = at.Offset + at.Size;
        CountUp();
        return true;
    }

    /// <summary>Null if the name is not that of the next fragment: a manifest must not lead to other files.</summary>
    private string? DirectoryOf(ReadOnlySpan<byte> text, bool isEscaped)
    {
        if (text.SequenceEqual(_expected))
        {
            return "";
        }

        var name = archive.Fragment(_count);
        var path = isEscaped ? ManifestText.Unescape(RawText.Decode(text)) : RawText.Decode(text);
        if (path == name || !path.EndsWith("/" + name, StringComparison.Ordinal) || !path.StartsWith('/'))
        {
            return path == name ? "" : null;
        }

        var directory = Paths.DirectoryOf(path);
        var known = _directories.IndexOf(directory);
        if (known < 0)
        {
            _directories.Add(directory);
        }

        return known < 0 ? directory : _directories[known];
    }

    /// <summary>Computes the next expected name, in place unless the number gets longer.</summary>
    private void CountUp()
    {
        var at = _expected.Length - 1;
        for (; _expected[at] == '9'; at--)
        {
            _expected[at] = (byte)'0';
        }

        if (_expected[at] is >= (byte)'0' and < (byte)'9')
        {
            _expected[at]++;
        }
        else
        {
            _expected = RawText.Encode(archive.Fragment(_count));
        }
    }

    /// <summary>Digests the closing line up to its own digest, which covers everything before it.</summary>
    private void UpdateDigest(ReadOnlySpan<byte> text)
    {
        if (text.LastIndexOf(DigestWord) is var digest and >= 0)
        {
            _sha256.AppendData("# "u8);
            _sha256.AppendData(text[..(digest + DigestWord.Length)]);
        }
    }

    private bool TakeIndex(string[] words)
    {
        _index = !IsBetween && words is ["xxh128", var hex] && WideDigest.TryParse(hex, out var digest) ? digest : null;
        return _index is not null;
    }

    private bool TakeEnd(string[] words)
    {
        if (words is not ["fragments", var fragments, "size", var size, "xxh128", var stream, "time", var time, "sha256", var sha256]
            || !WideDigest.TryParse(stream, out var digest))
        {
            return false;
        }

        _body = _good;
        _end = new ManifestEnd(_count, _size, digest, time, _index);
        if (sha256 != Convert.ToHexStringLower(_sha256.GetCurrentHash()))
        {
            _fault = "it has changed since it was written, by its own digest";
        }
        else if (!TryNumber(fragments, out var count) || !TryNumber(size, out var bytes) || count != _count || bytes != _size || _announced is not null)
        {
            _fault = $"its closing line speaks of {fragments} fragments and {size} bytes, there are {_count} and {_size}";
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

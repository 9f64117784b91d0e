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
            if (ManifestText.IsEnd(line))
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
        var isWhole = ManifestText.DigestedLength(rest) is var digested and >= 0 && rest.Length > digested + (2 * Digest.Size);
        if (ManifestText.IsLikeEnd(rest) && isWhole)
        {
            (_isClosed, _fault) = (true, "its closing line does not end");
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        _isClosed |= ManifestText.IsLikeEnd(line);
        if (_fault.Length > 0 || _end is not null)
        {
            // Only the last line can be a cut one.
            _hasMore = true;
            return;
        }

        var text = line[..^1];
        _fault = !_isBegun ? Begin(text)
            : (ManifestText.TryReadKey(text, out var key, out var value) ? TakeWords(text, key, value) : TakeFragment(text)) ? _fault
            : $"line at byte {_length} is invalid";
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
                $"{archive.Manifest}: {(_fault.Length > 0 ? _fault : "there are lines after its closing line")}",
                "the manifest is damaged; the fragments may be intact");
        }

        return new Manifest(archive, _head with { Filters = _filters, Next = _next }, [], _end, _good) { Body = _end is null ? _good : _body };
    }

    private bool TakeWords(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (Ascii.Equals(key, ManifestText.FragmentKey))
        {
            return TakeAnnouncement(value);
        }

        var word = Encoding.ASCII.GetString(key);
        return word == ManifestText.EndKey ? TakeEnd(line, value)
            : _index is null && (word == ManifestText.IndexKey ? TakeIndex(value) : _count == 0 && ManifestText.TryReadHead(word, value, ref _head, _filters, _next));
    }

    private bool TakeAnnouncement(ReadOnlySpan<byte> value)
    {
        if (IsBetween || !ManifestText.TryReadAnnouncement(value, out var at))
        {
            return false;
        }

        _announced = at;
        return at.Offset == _size && at.Size > 0 && at.Size <= long.MaxValue - at.Offset;
    }

    private bool TakeFragment(ReadOnlySpan<byte> line)
    {
        if (_announced is not { } at || !ManifestText.TryReadDigest(line, out var sha256, out var name, out var isEscaped) || DirectoryOf(name, isEscaped) is not { } directory)
        {
            return false;
        }

        _announced = null;
        visit(new Fragment(_count++, directory, at.Offset, at.Size, at.XxHash, sha256));
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
        var path = ManifestText.NameIn(text, isEscaped);
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

    private bool TakeIndex(ReadOnlySpan<byte> value)
    {
        _index = IsBetween ? null : ManifestText.ReadIndex(value);
        return _index is not null;
    }

    private bool TakeEnd(ReadOnlySpan<byte> line, ReadOnlySpan<byte> value)
    {
        // Its own digest covers everything before.
        _sha256.AppendData(line[..Math.Max(0, ManifestText.DigestedLength(line))]);
        if (!ManifestText.TryReadEnd(value, out var end, out var sha256))
        {
            return false;
        }

        _body = _good;
        _end = end with { Fragments = _count, Size = _size, Index = _index };
        if (sha256 != Convert.ToHexStringLower(_sha256.GetCurrentHash()))
        {
            _fault = "it has changed since it was written, by its own digest";
        }
        else if (end.Fragments != _count || end.Size != _size || _announced is not null)
        {
            _fault = $"its closing line has {end.Fragments} fragments and {end.Size} bytes, the lines before have {_count} and {_size}";
        }

        return true;
    }
}

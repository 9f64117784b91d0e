using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>Reads an index line by line, with a single buffer that grows only to the longest line.</summary>
internal sealed class IndexReader : IDisposable
{
    private const int MaxLine = 8 << 20;
    private readonly Stream _input;
    private readonly string _name;
    private byte[] _buffer = new byte[256 << 10];
    private int _from;
    private int _filled;
    private long _lines;

    /// <param name="input">Owned by this object from here on.</param>
    /// <param name="name">The name in messages.</param>
    public IndexReader(Stream input, string name)
    {
        (_input, _name) = (input, name);
        if (!TryLine(out var line) || !line.StartsWith("index\t"u8))
        {
            throw Bad("is not an index of an archive");
        }

        var version = Text(line).Split('\t')[1];
        if (version != IndexLine.Version)
        {
            throw Bad($"has version {version}, not {IndexLine.Version}");
        }
    }

    /// <summary>The missing part according to the closing line; empty if the index is complete. Known when all members have been read.</summary>
    public string Shortfall { get; private set; } = "the index has no end";

    /// <summary>Reads the next member, which is valid until the next call.</summary>
    public bool TryNext(out IndexLine member)
    {
        member = default;
        if (!TryLine(out var line))
        {
            return false;
        }

        if (line.StartsWith("end\t"u8))
        {
            ReadClosing(line);
            return false;
        }

        return IndexLine.TryRead(line, out member) ? true : throw Damaged();
    }

    public Failure Damaged() => Bad($"line {_lines} is invalid");

    public void Dispose() => _input.Dispose();

    private Failure Bad(string what) => new(ExitCode.Integrity, $"{_name}: {what}");

    private static string Text(ReadOnlySpan<byte> line) => RawText.Decode(line);

    private void ReadClosing(ReadOnlySpan<byte> line)
    {
        var fields = Text(line).Split('\t', 5);
        Shortfall = fields switch
        {
            [_, "complete", _, _] => "",
            [_, "incomplete", var offset, _, var reason] when long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var from) =>
                IndexLine.Shortfall(from, RawText.Printable(reason)),
            _ => throw Damaged(),
        };
        if (TryLine(out _))
        {
            throw Damaged();
        }
    }

    /// <summary>Reads the next line without its line feed. An unterminated line is ignored: the index was cut there.</summary>
    private bool TryLine(out Span<byte> line)
    {
        int length;
        while ((length = _buffer.AsSpan(_from, _filled - _from).IndexOf((byte)'\n')) < 0)
        {
            if (!TryFill())
            {
                line = default;
                return false;
            }
        }

        line = _buffer.AsSpan(_from, length);
        _from += length + 1;
        _lines++;
        return true;
    }

    private bool TryFill()
    {
        _buffer.AsSpan(_from, _filled - _from).CopyTo(_buffer);
        _filled -= _from;
        _from = 0;
        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length < MaxLine ? _buffer.Length * 2 : throw Bad($"line {_lines + 1} is too long"));
        }

        var read = _input.Read(_buffer, _filled, _buffer.Length - _filled);
        _filled += read;
        return read > 0;
    }
}

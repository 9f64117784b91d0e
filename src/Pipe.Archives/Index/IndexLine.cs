using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>One line of an index: plain text with tab-separated fields.</summary>
/// <remarks>
/// <code>
/// index  1         tar|cpio|unknown                                      the first line, with the version of the format
/// KIND   offset    length    data    stored    real    name  [target]    a member: where its headers begin, the bytes up to the next member,
///                                                                        where its data begin, their size in the stream, the size of the file
/// end    complete|incomplete  offset  members  [reason]                  the last line: up to which offset the index has everything
/// </code>
/// Names are bytes as stored in the archive. As in sha256sum's output, a line that begins with a backslash is escaped: backslash, line feed, carriage
/// return and tab are written as <c>\\</c>, <c>\n</c>, <c>\r</c> and <c>\t</c>.
/// </remarks>
internal readonly ref struct IndexLine
{
    /// <summary>Room for a line without its names and its reason.</summary>
    public const int MaxFixed = 192;

    public const string Version = "1";

    /// <summary>The first bytes of every index.</summary>
    public static ReadOnlySpan<byte> Opening => "index\t"u8;

    private const int Numbers = 5;
    private static readonly string[] Words =
        ["file", "dir", "symlink", "hardlink", "inode", "sparse", "char", "block", "fifo", "socket", "part", "label", "other"];

    private static readonly byte[][] WordBytes = [.. Words.Select(Encoding.ASCII.GetBytes)];
    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\\\n\r\t"u8);

    private readonly ReadOnlySpan<byte> _numbers;

    private IndexLine(MemberKind kind, ReadOnlySpan<byte> numbers, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        Kind = kind;
        _numbers = numbers;
        Name = name;
        Target = target;
    }

    public MemberKind Kind { get; }

    public ReadOnlySpan<byte> Name { get; }

    public ReadOnlySpan<byte> Target { get; }

    public static string Shortfall(long offset, string reason) => $"index incomplete from offset {offset}: {reason}";

    public static int MaxLength(Member member) => MaxFixed + (2 * (member.Name.WrittenCount + member.Target.WrittenCount));

    public static int WriteOpening(Span<byte> to, string format) => Encoding.ASCII.GetBytes($"index\t{Version}\t{format}\n", to);

    public static int WriteClosing(Span<byte> to, long covered, long members, string reason)
    {
        var numbers = string.Create(CultureInfo.InvariantCulture, $"{covered}\t{members}");
        if (reason.Length == 0)
        {
            return Encoding.ASCII.GetBytes($"end\tcomplete\t{numbers}\n", to);
        }

        var text = Encoding.UTF8.GetBytes(reason);
        text.AsSpan().Replace((byte)'\n', (byte)' ');
        var length = Encoding.ASCII.GetBytes($"end\tincomplete\t{numbers}\t", to);
        text.CopyTo(to[length..]);
        to[length + text.Length] = (byte)'\n';
        return length + text.Length + 1;
    }

    public static int Write(Span<byte> to, Member member)
    {
        var name = member.Name.WrittenSpan;
        var target = member.Target.WrittenSpan;
        var isEscaped = name.ContainsAny(Escaped) || target.ContainsAny(Escaped);
        var at = 0;
        if (isEscaped)
        {
            to[at++] = (byte)'\\';
        }

        var word = WordBytes[(int)member.Kind];
        word.CopyTo(to[at..]);
        at += word.Length;
        foreach (var number in (ReadOnlySpan<long>)[member.Offset, member.End - member.Offset, member.Data, member.Stored, member.Real])
        {
            to[at++] = (byte)'\t';
            Utf8Formatter.TryFormat(number, to[at..], out var digits);
            at += digits;
        }

        at += WriteName(to[at..], name, isEscaped);
        if (!target.IsEmpty)
        {
            at += WriteName(to[at..], target, isEscaped);
        }

        to[at] = (byte)'\n';
        return at + 1;
    }

    /// <summary>Parses a member's line without its line feed. Undoes escapes in place.</summary>
    public static bool TryRead(Span<byte> line, out IndexLine member)
    {
        var isEscaped = line.StartsWith("\\"u8);
        var rest = isEscaped ? line[1..] : line;
        var isWhole = TryCut(ref rest, out var word);
        var numbers = rest;
        for (var i = 0; i < Numbers; i++)
        {
            isWhole &= TryCut(ref rest, out _);
        }

        numbers = numbers[..^rest.Length];
        var tab = rest.IndexOf((byte)'\t');
        var name = tab < 0 ? rest : rest[..tab];
        var target = tab < 0 ? default : rest[(tab + 1)..];
        var kind = KindOf(word);
        member = new IndexLine(kind, numbers, isEscaped ? Unescape(name) : name, isEscaped ? Unescape(target) : target);
        return isWhole && Enum.IsDefined(kind);
    }

    /// <summary>Copies the member into an object; null if its numbers are invalid.</summary>
    public IndexedMember? ToMember()
    {
        Span<long> values = stackalloc long[Numbers];
        var rest = _numbers;
        foreach (ref var value in values)
        {
            if (!Utf8Parser.TryParse(rest, out value, out var used) || value < 0 || used >= rest.Length || rest[used] != '\t')
            {
                return null;
            }

            rest = rest[(used + 1)..];
        }

        return new IndexedMember(Kind, values[0], values[1], values[2], values[3], values[4], RawText.Decode(Name), RawText.Decode(Target));
    }

    private static MemberKind KindOf(ReadOnlySpan<byte> word)
    {
        for (var i = 0; i < WordBytes.Length; i++)
        {
            if (word.SequenceEqual(WordBytes[i]))
            {
                return (MemberKind)i;
            }
        }

        return (MemberKind)byte.MaxValue;
    }

    private static int WriteName(Span<byte> to, ReadOnlySpan<byte> name, bool isEscaped)
    {
        to[0] = (byte)'\t';
        if (!isEscaped)
        {
            name.CopyTo(to[1..]);
            return 1 + name.Length;
        }

        var at = 1;
        foreach (var b in name)
        {
            var letter = Letter(b);
            if (letter != 0)
            {
                to[at++] = (byte)'\\';
            }

            to[at++] = letter != 0 ? letter : b;
        }

        return at;
    }

    private static byte Letter(byte b) => b switch
    {
        (byte)'\\' => (byte)'\\',
        (byte)'\n' => (byte)'n',
        (byte)'\r' => (byte)'r',
        (byte)'\t' => (byte)'t',
        _ => 0,
    };

    private static Span<byte> Unescape(Span<byte> text)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            text[length++] = text[i] == '\\' && i + 1 < text.Length ? Meaning(text[++i]) : text[i];
        }

        return text[..length];
    }

    private static byte Meaning(byte letter) => letter switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => letter,
    };

    private static bool TryCut(ref Span<byte> rest, out Span<byte> field)
    {
        var tab = rest.IndexOf((byte)'\t');
        field = tab < 0 ? default : rest[..tab];
        rest = tab < 0 ? rest : rest[(tab + 1)..];
        return tab >= 0;
    }
}

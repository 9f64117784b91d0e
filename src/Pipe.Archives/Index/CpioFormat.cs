using System.Buffers;
using System.Globalization;

namespace Pipe.Archives;

/// <summary>cpio: newc, crc, odc and binary in both byte orders; one or several consecutive archives.</summary>
internal sealed class CpioFormat(IndexWriter index) : ArchiveFormat(index)
{
    private bool _isEnded;
    private int _archives;

    public override Window Take(long at, ReadOnlySpan<byte> bytes)
    {
        Release();
        var zeros = _isEnded ? Zeros(bytes) : 0;
        if (zeros > 0)
        {
            Index.Cover(at + zeros);
            return AwaitHeader(at + zeros);
        }

        var layout = CpioHeader.LayoutOf(bytes);
        var size = CpioHeader.SizeOf(layout);
        if (layout != CpioLayout.None && bytes.Length < size)
        {
            return new Window(at, size);
        }

        if (!CpioHeader.TryRead(layout, bytes, out var header))
        {
            throw new IndexException(_isEnded ? "the data after the end of the archive is not cpio" : "no cpio header, or a damaged one");
        }

        size += NameLength(header.NameSize);
        return bytes.Length < size ? new Window(at, size) : TakeMember(at, header, bytes[..size]);
    }

    public override void End(long length, ReadOnlySpan<byte> rest)
    {
        ReleaseAtEnd(length);
        if (!_isEnded)
        {
            throw new IndexException(rest.IsEmpty ? "the stream ends without the end mark of a cpio" : "the stream ends inside a header");
        }

        if (Zeros(rest) < rest.Length)
        {
            throw new IndexException("the data after the end of the archive is not cpio");
        }
    }

    /// <summary>Whether bytes with the magic number of cpio are one: the header is valid, and the name ends where it should.</summary>
    /// <param name="bytes">The available bytes.</param>
    /// <param name="wanted">Number of bytes needed to tell: at most a tar header.</param>
    public static bool IsOne(ReadOnlySpan<byte> bytes, out int wanted)
    {
        var layout = CpioHeader.LayoutOf(bytes);
        wanted = CpioHeader.SizeOf(layout);
        if (layout == CpioLayout.None || bytes.Length < wanted)
        {
            return layout != CpioLayout.None;
        }

        if (!CpioHeader.TryRead(layout, bytes, out var header) || header.NameSize is 0 or > MaxName)
        {
            return false;
        }

        var name = wanted;
        wanted = (int)Math.Min(wanted + header.NameSize, TarHeader.Size);
        var end = bytes.Length < wanted ? -1 : bytes[name..wanted].IndexOf((byte)0);
        return end < 0 || end == header.NameSize - 1;
    }

    private static int Zeros(ReadOnlySpan<byte> bytes)
    {
        var count = bytes.IndexOfAnyExcept((byte)0);
        return count < 0 ? bytes.Length : count;
    }

    private static Window AwaitHeader(long at) => new(at, CpioHeader.MagicSize);

    private Window TakeMember(long at, in CpioHeader header, ReadOnlySpan<byte> bytes)
    {
        var name = UpToZero(bytes[CpioHeader.SizeOf(header.Layout)..]);
        var unit = CpioHeader.UnitOf(header.Layout);
        var data = bytes.Length;
        _isEnded = name.SequenceEqual("TRAILER!!!"u8);
        if (_isEnded)
        {
            // Zeros follow, whether or not the archive is padded.
            _archives++;
            Index.Cover(at + data);
            return AwaitHeader(at + data);
        }

        Member.Begin(KindOf(header), at);
        Member.Name.Write(name);
        Member.Data = at + EndOf(0, data, unit);
        Member.Real = header.Size;
        SetInode(header);
        Hold(header.Size, unit);
        return AwaitHeader(Member.End);
    }

    /// <summary>In newc and crc, only one of a file's names comes with the data; the other names refer to it by inode.</summary>
    private void SetInode(in CpioHeader header)
    {
        if (Member.Kind == MemberKind.File && header.Layout == CpioLayout.NewAscii && header.Links > 1)
        {
            Member.Kind = MemberKind.Inode;
            Span<byte> key = stackalloc byte[80];
            System.Text.Unicode.Utf8.TryWrite(key, CultureInfo.InvariantCulture, $"{_archives}.{header.Device:x}.{header.Inode:x}", out var length);
            Member.Target.Write(key[..length]);
        }
    }

    private static MemberKind KindOf(in CpioHeader header) => (header.Mode >> 12) switch
    {
        0x8 => MemberKind.File,
        0x4 => MemberKind.Directory,
        0xA => MemberKind.SymbolicLink,
        0x2 => MemberKind.CharacterDevice,
        0x6 => MemberKind.BlockDevice,
        0x1 => MemberKind.Fifo,
        0xC => MemberKind.Socket,
        _ => MemberKind.Other,
    };
}

namespace Pipe.Archives;

/// <summary>Detects the format of a stream from its first bytes, and passes everything on to that format.</summary>
internal sealed class FirstBytes(IndexWriter index) : ArchiveFormat(index)
{
    private ArchiveFormat? _format;

    public static Window Window => new(0, CpioHeader.MagicSize);

    public override Window Take(long at, ReadOnlySpan<byte> bytes)
    {
        if (_format != null)
        {
            return _format.Take(at, bytes);
        }

        // A tar archive may begin with a name that looks like cpio's magic number: then its checksum decides.
        var isCpio = CpioFormat.IsOne(bytes, out var wanted);
        if (isCpio && bytes.Length < wanted)
        {
            return new Window(at, wanted);
        }

        if (!isCpio && bytes.Length < TarHeader.Size)
        {
            return new Window(at, TarHeader.Size);
        }

        _format = isCpio ? Begin("cpio", new CpioFormat(Index)) : IsTar(bytes) ? Begin("tar", new TarFormat(Index)) : throw Unknown(bytes);
        return _format.Take(at, bytes);
    }

    public override void End(long length, ReadOnlySpan<byte> rest)
    {
        if (_format == null)
        {
            throw length == 0 ? new IndexException("the stream is empty") : Unknown(rest);
        }

        _format.End(length, rest);
    }

    private static bool IsTar(ReadOnlySpan<byte> bytes)
    {
        var block = bytes[..TarHeader.Size];
        return TarHeader.IsZero(block) || TarHeader.IsOne(block);
    }

    private static IndexException Unknown(ReadOnlySpan<byte> bytes) => new(
        bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "neither tar nor cpio: compressed with gzip" :
        bytes.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "neither tar nor cpio: compressed with zstd" :
        bytes.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z']) ? "neither tar nor cpio: compressed with xz" :
        bytes.StartsWith("BZh"u8) ? "neither tar nor cpio: compressed with bzip2" :
        "neither tar nor cpio");

    private ArchiveFormat Begin(string name, ArchiveFormat format)
    {
        Index.Begin(name);
        return format;
    }
}

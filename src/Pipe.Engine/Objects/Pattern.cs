using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A test pattern: the 8 bytes at offset 8n are n times an odd constant, little-endian, so that every position is distinct.</summary>
internal static class Pattern
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;

    public static void Fill(Span<byte> bytes, long offset)
    {
        if (offset % sizeof(ulong) != 0)
        {
            FillSlowly(bytes, offset);
            return;
        }

        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var next = (ulong)(offset / sizeof(ulong)) * Step;
        for (var i = 0; i < words.Length; i++, next += Step)
        {
            words[i] = next;
        }

        var done = words.Length * sizeof(ulong);
        FillSlowly(bytes[done..], offset + done);
    }

    /// <summary>The offset of the first byte that differs from the pattern; -1 if none does.</summary>
    public static long FindFault(ReadOnlySpan<byte> bytes, long offset)
    {
        const int piece = 4096;
        Span<byte> expected = stackalloc byte[piece];
        for (var done = 0; done < bytes.Length; done += piece)
        {
            var part = bytes[done..Math.Min(done + piece, bytes.Length)];
            Fill(expected[..part.Length], offset + done);
            var same = part.CommonPrefixLength(expected[..part.Length]);
            if (same < part.Length)
            {
                return offset + done + same;
            }
        }

        return -1;
    }

    private static void FillSlowly(Span<byte> bytes, long offset)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (var i = 0; i < bytes.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, (ulong)((offset + i) / sizeof(ulong)) * Step);
            bytes[i] = word[(int)((offset + i) % sizeof(ulong))];
        }
    }
}

/// <summary>A source that delivers <see cref="Pattern"/> bytes up to a size; the null source if the size is 0.</summary>
internal sealed class PatternSource(long size) : IRangeSource
{
    public long Size { get; } = size;

    public int Mode => Terms.NoMode;

    public void Read(Span<byte> buffer, long offset) => Pattern.Fill(buffer, offset);

    public long NextData(long from) => from;

    public long NextHole(long from) => Size;

    public void Finish()
    {
    }

    public void Abort()
    {
    }

    public void Dispose()
    {
    }
}

/// <summary>A sink that accepts only the <see cref="Pattern"/>.</summary>
internal sealed class PatternSink : ISink
{
    public bool IsOrdered => false;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        var fault = Pattern.FindFault(bytes, offset);
        if (fault >= 0)
        {
            throw new Failure(ExitCode.Integrity, $"pattern: another byte than expected at offset {fault}");
        }
    }

    public void Hole(long offset, long length) =>
        throw new Failure(ExitCode.Integrity, $"pattern: a hole at offset {offset}");

    public void Commit(long size)
    {
    }

    public void Abort()
    {
    }

    public void Dispose()
    {
    }
}

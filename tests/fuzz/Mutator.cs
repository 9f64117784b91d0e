using System.Buffers.Binary;

namespace Pipe.Fuzz;

/// <summary>Spoils bytes in the ways in which bytes get spoiled, and in those in which an enemy does it.</summary>
internal static class Mutator
{
    private static readonly ulong[] Interesting =
    [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 63, 64, 65, 79, 80, 81, 127, 128, 255, 256, 4095, 4096, 65535, 65536, 131071, 131072, 1 << 20, 4194304, 4194305, 4194384, 4194385,
        int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, long.MaxValue, 1UL << 63, ulong.MaxValue, ulong.MaxValue - 1,
    ];

    public static byte[] Mutate(byte[] bytes, Random random, Corpus corpus)
    {
        for (var times = 1 + (int)(random.NextDouble() * random.NextDouble() * 5); times > 0; times--)
        {
            bytes = Once(bytes, random, corpus);
        }

        return bytes;
    }

    private static byte[] Once(byte[] bytes, Random random, Corpus corpus) => random.Next(9) switch
    {
        0 => FlipBit(bytes, random),
        1 => SetByte(bytes, random),
        2 or 3 => SetNumber(bytes, random),
        4 => bytes[..random.Next(bytes.Length + 1)],
        5 => Remove(bytes, random),
        6 => Insert(bytes, random, RandomBytes(random, random.Next(1, 20))),
        7 => Insert(bytes, random, Piece(bytes, random)),
        _ => Insert(bytes, random, Piece(corpus.Any(random).Bytes, random)),
    };

    public static byte[] FlipBit(byte[] bytes, Random random)
    {
        byte[] spoilt = [.. bytes];
        if (spoilt.Length > 0)
        {
            spoilt[random.Next(spoilt.Length)] ^= (byte)(1 << random.Next(8));
        }

        return spoilt;
    }

    public static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] SetByte(byte[] bytes, Random random)
    {
        byte[] spoilt = [.. bytes];
        if (spoilt.Length > 0)
        {
            spoilt[random.Next(spoilt.Length)] = (byte)random.Next(256);
        }

        return spoilt;
    }

    /// <summary>A number of 1, 2, 4 or 8 bytes that is a limit somewhere.</summary>
    private static byte[] SetNumber(byte[] bytes, Random random)
    {
        var packed = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(packed, Interesting[random.Next(Interesting.Length)]);
        var size = Math.Min(bytes.Length, 1 << random.Next(4));
        byte[] spoilt = [.. bytes];
        packed.AsSpan(0, size).CopyTo(spoilt.AsSpan(random.Next(bytes.Length - size + 1)));
        return spoilt;
    }

    private static byte[] Remove(byte[] bytes, Random random)
    {
        var from = random.Next(bytes.Length + 1);
        var to = random.Next(from, bytes.Length + 1);
        return [.. bytes[..from], .. bytes[to..]];
    }

    private static byte[] Insert(byte[] bytes, Random random, byte[] what)
    {
        var at = random.Next(bytes.Length + 1);
        return [.. bytes[..at], .. what, .. bytes[at..]];
    }

    private static byte[] Piece(byte[] bytes, Random random)
    {
        var from = random.Next(bytes.Length + 1);
        return bytes[from..random.Next(from, bytes.Length + 1)];
    }
}

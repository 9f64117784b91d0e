namespace Pipe.Archives.Tests;

/// <summary>Spoiled archives: whatever comes, the walker ends, says why, and says the same however the stream is cut into pieces.</summary>
public sealed class WalkerFuzzTests
{
    private static readonly byte[][] Samples =
    [
        new TarBytes().File("a", new string('a', 600)).Header("d/", '5').Long('K', new string('t', 200)).Long('L', new string('n', 300)).Header("n", '2')
            .Pax(TarBytes.Record("SCHILY.xattr.user.x", "\n\0="), TarBytes.Record("path", "long/path"), TarBytes.Record("size", "7")).Header("s").Data("1234567"u8)
            .Header("h", '1', 0, block => TarBytes.PutTarget(block, "a")).Header("z", '1', 512).Zeros(2).File("again", "x").Whole,
        new TarBytes().Header("sparse", 'S', 512, block => block[482] = 1).Data(Enumerable.Range(0, 512).Select(i => (byte)(i == 504 ? 1 : 48)).ToArray())
            .Zeros(1).Data(new byte[512]).Pax(TarBytes.Record("GNU.sparse.major", "1"), TarBytes.Record("GNU.sparse.name", "real"), TarBytes.Record("GNU.sparse.realsize", "99999"))
            .File("GNUSparseFile.1/real", "1\n0\n5\n").Header("g", 'g', 11).Data("11 size=77\n"u8).Header("dir", '5', 100).File("x", "y").Whole,
        new CpioBytes().File("a", "a").File("b", "", inode: 2, links: 2).File("c", "content", inode: 2, links: 2).File("d", "", mode: 0x41ED).Whole,
        [.. new CpioBytes().File("a", "a").Whole, .. new byte[90], .. new CpioBytes().File("b", new string('b', 70)).Whole, .. new byte[300]],
    ];

    [Fact]
    public void Spoiled_streams()
    {
        var reasons = new HashSet<string>();
        for (var seed = 0; seed < 6000; seed++)
        {
            var random = new Random(seed);
            reasons.Add(Check(Spoiled(random), random, $"seed {seed}"));
        }

        Assert.True(reasons.Count > 8, string.Join('\n', reasons));
    }

    [Fact]
    public void Samples_as_they_are()
    {
        foreach (var sample in Samples)
        {
            Assert.Equal("", Check(sample, new Random(1), "sample"));
        }
    }

    private static string Check(byte[] stream, Random random, string which)
    {
        var walked = Walked.Of(stream);
        for (var i = 0; i < 2; i++)
        {
            Assert.True(walked.Text.AsSpan().SequenceEqual(Walked.Of(stream, random).Text), which);
        }

        Assert.False(walked.Shortfall.Contains("fault", StringComparison.Ordinal), $"{which}: {walked.Shortfall}");
        long at = 0;
        foreach (var member in walked.Members)
        {
            Assert.True(member.Offset >= at && member.Data > member.Offset && member.Data + member.Stored <= member.Offset + member.Length, which);
            at = member.Offset + member.Length;
        }

        Assert.True(at <= stream.Length, which);
        return walked.Shortfall.Split(": ")[^1];
    }

    /// <summary>A few bytes changed, some of them with the checksum set right again; stretches left out, doubled, swapped; the end cut.</summary>
    private static byte[] Spoiled(Random random)
    {
        var bytes = Samples[random.Next(Samples.Length)].ToArray();
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Length > 1; changes--)
        {
            var at = random.Next(bytes.Length);
            var block = at / 512 * 512;
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(600))..]];
                    break;
                case 2:
                    bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]];
                    break;
                case 3:
                    bytes = bytes[..at];
                    break;
                case 4:
                    bytes = [.. bytes[..block], .. bytes[(random.Next(bytes.Length) / 512 * 512)..]];
                    break;
                default:
                    bytes[at] = (byte)"\0\x80\xFF 7123xLKgS="[random.Next(14)];
                    SetChecksum(bytes, block);
                    break;
            }
        }

        return bytes;
    }

    private static void SetChecksum(byte[] bytes, int block)
    {
        if (block + 512 <= bytes.Length && bytes[block] != 0 && bytes[block + 148] is (byte)'0')
        {
            TarBytes.Put(bytes, block + 148, "        ");
            TarBytes.Put(bytes, block + 148, Convert.ToString(bytes.AsSpan(block, 512).ToArray().Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        }
    }
}

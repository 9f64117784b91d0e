using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Pipe.Protocol.Tests;

public class DigestTests
{
    private static readonly DigestKind[] Kinds = [DigestKind.XxHash3, DigestKind.Crc32C, DigestKind.Sha256];

    [Fact]
    public void XxHash3_gives_the_published_value_of_nothing() =>
        Assert.Equal(new Digest(0x2D06800538D394C2, 0, 0, 0), Digest.Of(DigestKind.XxHash3, [], 0));

    [Fact]
    public void Sha256_is_the_plain_one_whatever_the_offset()
    {
        const string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        Assert.Equal(abc, Convert.ToHexStringLower(Samples.Packed(Digest.Of(DigestKind.Sha256, "abc"u8, 7))));
    }

    [Fact]
    public void Crc32c_covers_the_offset_and_then_the_payload_bit_by_bit() =>
        Prop.ForAll(Wire.Bytes.Zip(Wire.Size).ToArbitrary(), pair =>
                Digest.Of(DigestKind.Crc32C, pair.Item1, pair.Item2) == new Digest(PlainCrc32C([.. BitConverter.GetBytes(pair.Item2), .. pair.Item1]), 0, 0, 0))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_plain_crc_of_this_test_gives_the_published_value() =>
        Assert.Equal(0xE3069283, PlainCrc32C("123456789"u8)); // the check value of CRC-32C (iSCSI)

    [Fact]
    public void None_is_zeros() => Assert.Equal(default, Digest.Of(DigestKind.None, "anything"u8, 4));

    [Fact]
    public void A_digest_changes_with_every_bit_of_the_payload() =>
        Prop.ForAll(
                (from bytes in Wire.Bytes.Where(bytes => bytes.Length > 0)
                 from bit in Gen.Choose(0, (bytes.Length * 8) - 1)
                 from kind in Gen.Elements(Kinds)
                 select (bytes, bit, kind)).ToArbitrary(),
                sample =>
                {
                    byte[] flipped = [.. sample.bytes];
                    flipped[sample.bit / 8] ^= (byte)(1 << (sample.bit % 8));
                    return Digest.Of(sample.kind, flipped, 0) != Digest.Of(sample.kind, sample.bytes, 0);
                })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void A_digest_changes_with_every_bit_of_a_whole_block()
    {
        var block = SHA512.HashData("seed"u8).Concat(new byte[4096]).ToArray();
        foreach (var kind in Kinds)
        {
            var right = Digest.Of(kind, block, 0);
            for (var bit = 0; bit < block.Length * 8; bit += 37)
            {
                block[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.NotEqual(right, Digest.Of(kind, block, 0));
                block[bit / 8] ^= (byte)(1 << (bit % 8));
            }

            Assert.Equal(right, Digest.Of(kind, block, 0));
        }
    }

    [Fact]
    public void A_digest_changes_with_the_place_of_the_block()
    {
        Assert.All([DigestKind.XxHash3, DigestKind.Crc32C], kind =>
            Prop.ForAll(Wire.Bytes.Zip(Wire.Size.Zip(Wire.Size)).ToArbitrary(), pair =>
                    pair.Item2.Item1 == pair.Item2.Item2
                    || Digest.Of(kind, pair.Item1, pair.Item2.Item1) != Digest.Of(kind, pair.Item1, pair.Item2.Item2)
                    || kind == DigestKind.Crc32C && IsChance(pair.Item2.Item1 ^ pair.Item2.Item2))
                .QuickCheckThrowOnFailure());

        // 64 bits do not fit into 32: two offsets may share a CRC, though none that differ in 32 bits or less that are adjacent.
        static bool IsChance(long difference) => 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)difference) - System.Numerics.BitOperations.TrailingZeroCount(difference) > 32;
    }

    [Fact]
    public void A_digest_comes_back_as_it_was() =>
        Prop.ForAll(Wire.Digest.ToArbitrary(), digest => Digest.Read(Samples.Packed(digest)) == digest).QuickCheckThrowOnFailure();

    [Fact]
    public void Two_blocks_that_changed_places_change_the_root()
    {
        var (a, b) = (Encoding.UTF8.GetBytes(new string('a', 4096)), Encoding.UTF8.GetBytes(new string('b', 4096)));
        foreach (var kind in Enum.GetValues<DigestKind>())
        {
            if (kind == DigestKind.None)
            {
                continue; // nothing of the content is in the root then
            }

            Assert.NotEqual(Root(kind, a, b), Root(kind, b, a));
        }

        static ulong Root(DigestKind kind, byte[] first, byte[] second) => unchecked(
            BlockHeader.Data(0, 4096, 0, Digest.Of(kind, first, 0)).Fingerprint
            + BlockHeader.Data(4096, 4096, 1, Digest.Of(kind, second, 4096)).Fingerprint);
    }

    private static uint PlainCrc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        return ~crc;
    }
}

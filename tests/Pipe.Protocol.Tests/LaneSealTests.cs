using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Pipe.Protocol.Tests;

public class LaneSealTests
{
    private static readonly Protection[] Protections = [Protection.Authenticate, Protection.Encrypt];

    [Fact]
    public void A_record_opens_on_the_other_side_as_what_it_was() => Prop.ForAll(
            Gen.Elements(Protections).Zip(Wire.Bytes.ListOf(3)).ToArbitrary(),
            sample =>
            {
                var (ours, theirs) = (Samples.Seals(sample.Item1).FromConnector, Samples.Seals(sample.Item1).FromConnector);
                return sample.Item2.All(text =>
                {
                    var record = Samples.Sealed(ours, text);
                    return theirs.TryOpen(record) && record.AsSpan(LaneSeal.PrefixSize, text.Length).SequenceEqual(text);
                });
            })
        .QuickCheckThrowOnFailure();

    [Fact]
    public void A_flipped_bit_in_a_record_is_noticed() => Prop.ForAll(
            (from protection in Gen.Elements(Protections)
             from text in Wire.Bytes
             from bit in Gen.Choose(0, ((text.Length + LaneSeal.Overhead) * 8) - 1)
             select (protection, text, bit)).ToArbitrary(),
            sample =>
            {
                var record = Samples.Sealed(Samples.Seals(sample.protection).FromConnector, sample.text);
                record[sample.bit / 8] ^= (byte)(1 << (sample.bit % 8));
                return !Samples.Seals(sample.protection).FromConnector.TryOpen(record);
            })
        .QuickCheckThrowOnFailure();

    [Fact]
    public void A_record_that_is_repeated_left_out_or_moved_does_not_open() => Assert.All(Protections, protection =>
    {
        Assert.Equal([true, true, true], Opens(0, 1, 2));
        Assert.Equal([true, false, true], Opens(0, 0, 2)); // each counts, whether it opens or not
        Assert.Equal([true, false], Opens(0, 2));
        Assert.Equal([false, false, true], Opens(1, 0, 2));

        bool[] Opens(params int[] order)
        {
            var (from, to) = (Samples.Seals(protection).FromConnector, Samples.Seals(protection).FromConnector);
            var records = Enumerable.Range(0, 3).Select(i => Samples.Sealed(from, [(byte)i, 1, 2])).ToList();
            return [.. order.Select(i => to.TryOpen([.. records[i]]))];
        }
    });

    [Fact]
    public void A_record_of_one_direction_protection_connection_or_session_is_none_of_another() => Assert.All(Protections, protection =>
    {
        var text = "text"u8.ToArray();
        var hello = Samples.Packed(Samples.LaneHello with { Protection = protection });
        var other = Samples.Packed(Samples.LaneHello with { Protection = protection, Lane = 2 });
        var record = Samples.Sealed(Samples.Seals(protection).FromConnector, text);
        Assert.True(Samples.Seals(protection).FromConnector.TryOpen([.. record]));
        Assert.False(Samples.Seals(protection).FromListener.TryOpen([.. record]));
        Assert.False(Samples.Seals(Protections.Single(p => p != protection)).FromConnector.TryOpen([.. record]));
        Assert.False(LaneSeal.Derive(Samples.Secret, other, Samples.ListenerNonce, protection).FromConnector.TryOpen([.. record]));
        Assert.False(LaneSeal.Derive(Samples.Secret, hello, Samples.ConnectorNonce, protection).FromConnector.TryOpen([.. record]));
        Assert.False(LaneSeal.Derive(new byte[Limits.SecretSize], hello, Samples.ListenerNonce, protection).FromConnector.TryOpen([.. record]));
    });

    [Fact]
    public void What_is_enciphered_cannot_be_read_and_what_is_authenticated_can()
    {
        var text = Encoding.ASCII.GetBytes(new string('a', 200));
        Assert.True(Samples.Sealed(Samples.Seals(Protection.Authenticate).FromConnector, text).AsSpan().IndexOf(text) == LaneSeal.PrefixSize);
        Assert.True(Samples.Sealed(Samples.Seals(Protection.Encrypt).FromConnector, text).AsSpan().IndexOf("aaa"u8) < 0);
    }

    [Fact]
    public void The_text_stays_as_it_is_where_the_record_goes_elsewhere()
    {
        byte[] room = [.. new byte[LaneSeal.PrefixSize], .. "some text"u8, .. new byte[LaneSeal.TagSize]];
        byte[] before = [.. room];
        Samples.Seals(Protection.Encrypt).FromConnector.Seal(room, new byte[room.Length]);
        Assert.Equal(before, room);
    }

    [Fact]
    public void Equal_texts_are_never_equal_records() => Assert.All(Protections, protection =>
    {
        var seal = Samples.Seals(protection).FromConnector;
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(Samples.Sealed(seal, "same"u8))).Distinct().Count());
    });

    [Fact]
    public void When_the_numbers_are_used_up_there_is_an_error_and_they_do_not_begin_again() => Assert.All(Protections, protection =>
    {
        using var from = new LaneSeal(Samples.Secret, protection, ulong.MaxValue - 2);
        using var to = new LaneSeal(Samples.Secret, protection, ulong.MaxValue - 2);
        Assert.True(to.TryOpen(Samples.Sealed(from, "last but one"u8)));
        Assert.True(to.TryOpen(Samples.Sealed(from, "last"u8)));
        for (var i = 0; i < 3; i++)
        {
            Assert.Throws<IOException>(() => Samples.Sealed(from, "one more"u8));
            Assert.Throws<IOException>(() => to.TryOpen(new byte[LaneSeal.Overhead]));
        }
    });

    /// <summary>Made here from HMAC and AES-GCM alone, as the page says.</summary>
    [Fact]
    public void A_record_is_made_as_the_page_describes()
    {
        var hello = Samples.Packed(Samples.LaneHello with { Protection = Protection.Encrypt });
        byte[] salt = [.. hello, .. Samples.ListenerNonce];
        var extracted = HMACSHA256.HashData(salt, Samples.Secret);
        byte[] expansion = [.. "pipe lane key listen"u8, 1];
        using var cipher = new AesGcm(HMACSHA256.HashData(extracted, expansion), LaneSeal.TagSize);
        var seal = Samples.Seals(Protection.Encrypt).FromListener;
        for (var number = 0UL; number < 3; number++)
        {
            var record = Samples.Sealed(seal, "0123456789"u8);
            var nonce = new byte[12];
            BinaryPrimitives.WriteUInt64LittleEndian(nonce, number);
            var text = new byte[10];
            cipher.Decrypt(nonce, record.AsSpan(4, 10), record.AsSpan(14, 16), text, record.AsSpan(0, 4));
            Assert.Equal("0123456789"u8, text);
            Assert.Equal(10u, BinaryPrimitives.ReadUInt32LittleEndian(record));
        }
    }
}

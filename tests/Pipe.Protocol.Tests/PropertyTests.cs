using FsCheck;
using FsCheck.Fluent;

namespace Pipe.Protocol.Tests;

/// <summary>Properties of every value and every byte.</summary>
public class PropertyTests
{
    [Fact]
    public void Hello_comes_back_as_it_was() => ComesBack(Wire.Hello);

    [Fact]
    public void Accept_comes_back_as_it_was() => Holds(Wire.Accept, accept =>
    {
        var back = Accept.Read(Samples.Payloads(accept));
        return back.Terms == accept.Terms && back.Kept.SequenceEqual(accept.Kept);
    });

    [Fact]
    public void Waiting_comes_back_as_it_was() => ComesBack(Wire.Text.Select(words => new Waiting(words)));

    [Fact]
    public void Widen_comes_back_as_it_was() => ComesBack(Wire.Widen);

    [Fact]
    public void Ack_comes_back_as_it_was() => ComesBack(Wire.LaneAck);

    [Fact]
    public void End_comes_back_as_it_was() => ComesBack(Wire.End);

    [Fact]
    public void Report_comes_back_as_it_was() => ComesBack(Wire.Report);

    [Fact]
    public void Abort_comes_back_as_it_was() => ComesBack(Wire.Abort);

    [Fact]
    public void Ping_comes_back_as_it_was() => ComesBack(Wire.Ping);

    [Fact]
    public void Warning_comes_back_as_it_was() => ComesBack(Wire.Warning);

    [Fact]
    public void Total_comes_back_as_it_was() => ComesBack(Wire.Total);

    [Fact]
    public void Offer_comes_back_as_it_was() => Holds(Wire.Offer, offer =>
    {
        var back = Offer.Read(Samples.Payloads(offer));
        return back.Session.SequenceEqual(offer.Session)
            && back.Secret.SequenceEqual(offer.Secret)
            && back with { Session = offer.Session, Secret = offer.Secret } == offer;
    });

    [Fact]
    public void Listening_comes_back_as_it_was() => Holds(Wire.Listening, listening =>
    {
        var back = Listening.Read(Samples.Payloads(listening));
        return back.Port == listening.Port && back.Addresses.SequenceEqual(listening.Addresses);
    });

    [Fact]
    public void Resume_comes_back_as_it_was() => Holds(Wire.Resume, resume =>
    {
        var back = Resume.Read(Samples.Payloads(resume));
        return back.Session.SequenceEqual(resume.Session) && back.Proof.SequenceEqual(resume.Proof);
    });

    [Fact]
    public void Block_header_comes_back_as_it_was() =>
        Holds(Wire.BlockHeader, header => BlockHeader.Read(Samples.Packed(header), Limits.MaxBlock) == header);

    [Fact]
    public void Lane_ack_comes_back_as_it_was() => Holds(Wire.LaneAck, ack => LaneAck.Read(Samples.Packed(ack)) == ack);

    [Fact]
    public void Lane_hello_comes_back_as_it_was() => Holds(Wire.LaneHello, hello =>
    {
        var back = LaneHello.Read(Samples.Packed(hello));
        return back.Lane == hello.Lane && back.Protection == hello.Protection && back.Session.Span.SequenceEqual(hello.Session.Span) && back.Nonce.Span.SequenceEqual(hello.Nonce.Span);
    });

    [Fact]
    public void A_frame_says_its_type_and_length_and_verifies() => Holds(Wire.Frame, packed =>
    {
        var frame = Frame.Read(packed.AsSpan(0, Frame.Size));
        frame.Verify(packed.AsSpan(0, Frame.Size), packed.AsSpan(Frame.Size));
        return frame.Length == packed.Length - Frame.Size && Enum.IsDefined(frame.Type);
    });

    [Fact]
    public void Any_payload_gives_a_message_or_a_protocol_error()
    {
        foreach (var type in Enum.GetValues<MessageType>())
        {
            Holds(Wire.Bytes, payload => IsReadOrRefused(() => Codec.ReadAndWritePayload(type, payload)));
        }
    }

    [Fact]
    public void A_spoilt_payload_gives_a_message_or_a_protocol_error() => Holds(
        from packed in Wire.Frame
        from payload in Wire.Mutated(Gen.Constant(packed[Frame.Size..]))
        select ((MessageType)packed[4], payload),
        spoilt => IsReadOrRefused(() => Codec.ReadAndWritePayload(spoilt.Item1, spoilt.payload)),
        times: 5000);

    [Fact]
    public void Any_header_of_a_frame_is_read_or_refused() =>
        Holds(Exactly(Frame.Size, Wire.Bytes), header => IsReadOrRefused(() => Frame.Read(header).Verify(header, [])));

    [Fact]
    public void Any_bytes_as_a_greeting_are_read_or_refused() =>
        Holds(Gen.OneOf(Exactly(LaneHello.Size, Wire.Bytes), Exactly(LaneHello.Size, Wire.Mutated(Wire.LaneHello.Select(Samples.Packed)))), bytes => IsReadOrRefused(() => LaneHello.Read(bytes)));

    [Fact]
    public void Any_bytes_as_an_acknowledgement_are_read_or_refused() =>
        Holds(Gen.OneOf(Wire.Bytes, Wire.Mutated(Wire.LaneAck.Select(Samples.Packed))), bytes => IsReadOrRefused(() => LaneAck.Read(bytes)));

    [Fact]
    public void Any_packet_to_or_from_a_keeper_is_read_as_it_was_or_refused() =>
        Holds(Gen.OneOf(Wire.Bytes, Wire.Mutated(Gen.Elements(SpareScenarios.Good))), bytes => IsReadOrRefused(() =>
        {
            Assert.Equal(bytes, KeeperRequest.Read(bytes).Packed());
            Assert.Equal(KeeperRequest.Size, bytes.Length);
        }) && IsReadOrRefused(() => _ = KeeperAnswer.Read(bytes)));

    [Fact]
    public void A_block_of_a_tree_comes_back_as_it_was() =>
        Holds(Wire.TreeBlock, block => Codec.ReadAndWrite(Codec.TreeBlockName, block).AsSpan().SequenceEqual(block));

    [Fact]
    public void Any_bytes_as_a_block_of_a_tree_are_read_or_refused() =>
        Holds(Gen.OneOf(Wire.Bytes, Wire.Mutated(Wire.TreeBlock)), bytes => IsReadOrRefused(() => Entry.ReadAll(bytes)), times: 5000);

    [Fact]
    public void A_path_that_is_read_never_leads_out() => Holds(
        Gen.Elements("..", ".", "", "/", "a", "a/", "//", "...", "\0").ListOf().Select(parts => RawText.Encode(string.Concat(parts))),
        path => IsRefused(() => TreePath.Check(path)) || path.Length == 0 || RawText.Decode(path).Split('/').All(name => name is not ("" or "." or "..") && !name.Contains('\0')),
        times: 5000);

    [Fact]
    public void Any_bytes_as_a_block_header_are_read_or_refused() =>
        Holds(Gen.OneOf(Wire.Bytes, Wire.Mutated(Wire.BlockHeader.Select(Samples.Packed))), bytes => IsReadOrRefused(() => BlockHeader.Read(bytes, Limits.MaxBlock)));

    [Fact]
    public void A_block_header_that_is_read_keeps_within_its_limits() => Holds(
        Wire.BlockHeader.SelectMany(header => Gen.Choose(0, Limits.MaxBlock), (header, limit) => (header, limit)),
        pair =>
        {
            try
            {
                var read = BlockHeader.Read(Samples.Packed(pair.header), pair.limit);
                return read.Length <= pair.limit && read.Offset >= 0 && read.Span > 0 && read.Offset + read.Span > read.Offset;
            }
            catch (ProtocolException)
            {
                return pair.header.Length > pair.limit;
            }
        });

    [Fact]
    public void A_flipped_bit_in_a_frame_is_noticed() => Holds(
        Wire.Frame.SelectMany(packed => Gen.Choose(0, (packed.Length * 8) - 1), (packed, bit) => (packed, bit)),
        pair =>
        {
            var flipped = Flip(pair.packed, pair.bit);
            return IsRefused(() =>
            {
                var frame = Frame.Read(flipped.AsSpan(0, Frame.Size));
                if (frame.Length == flipped.Length - Frame.Size)
                {
                    frame.Verify(flipped.AsSpan(0, Frame.Size), flipped.AsSpan(Frame.Size));
                }
                else
                {
                    // The channel would be read on: other bytes than those that were sealed.
                    frame.Verify(flipped.AsSpan(0, Frame.Size), new byte[Math.Min(frame.Length, 1 << 16)]);
                }
            });
        });

    [Fact]
    public void A_flipped_bit_in_a_block_header_is_noticed() => Holds(
        Wire.BlockHeader.SelectMany(_ => Gen.Choose(0, (BlockHeader.Size * 8) - 1), (header, bit) => (header, bit)),
        pair => IsRefused(() => BlockHeader.Read(Flip(Samples.Packed(pair.header), pair.bit), Limits.MaxBlock)));

    [Fact]
    public void The_fingerprint_is_the_check_of_the_header() =>
        Holds(Wire.BlockHeader, header => header.Fingerprint == BitConverter.ToUInt64(Samples.Packed(header), BlockHeader.Size - sizeof(ulong)));

    private static void ComesBack<T>(Gen<T> values)
        where T : IMessage<T>, IEquatable<T> => Holds(values, message => T.Read(Samples.Payloads(message)).Equals(message));

    private static void Holds<T>(Gen<T> values, Func<T, bool> property, int times = 1000) =>
        Prop.ForAll(values.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(times));

    private static Gen<byte[]> Exactly(int count, Gen<byte[]> bytes) => bytes.Select(some =>
    {
        var exact = new byte[count];
        some.AsSpan(0, Math.Min(count, some.Length)).CopyTo(exact);
        return exact;
    });

    private static byte[] Flip(byte[] bytes, int bit)
    {
        byte[] flipped = [.. bytes];
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    private static bool IsReadOrRefused(Action read)
    {
        IsRefused(read); // anything but a ProtocolException fails the test
        return true;
    }

    private static bool IsRefused(Action read)
    {
        try
        {
            read();
            return false;
        }
        catch (ProtocolException)
        {
            return true;
        }
    }
}

using System.Buffers.Binary;
using static Pipe.Protocol.Tests.Scenarios;

namespace Pipe.Protocol.Tests;

/// <summary>The vectors of blocks, on a lane and inside the control channel.</summary>
internal static class BlockScenarios
{
    public static IEnumerable<Vector> All => Make();

    private static IEnumerable<Vector> Make()
    {
        var data = Samples.Packed(Samples.Block);
        var hole = Samples.Packed(Samples.Hole);
        yield return new Vector("block_data", Codec.BlockHeaderName, null, "4 bytes at 4096", data);
        yield return new Vector("block_hole", Codec.BlockHeaderName, null, "a hole of 1 MiB", hole);
        yield return new Vector("block_largest", Codec.BlockHeaderName, null, "the largest block, at the very end of the largest object", Samples.Packed(BlockHeader.Data(long.MaxValue - Limits.MaxBlock, Limits.MaxBlock, ulong.MaxValue, new Digest(1, 2, 3, 4))));
        yield return new Vector("block_hole_largest", Codec.BlockHeaderName, null, "nothing but a hole in the largest object", Samples.Packed(BlockHeader.Hole(0, long.MaxValue, 0)));
        yield return Good("block_inside", MessageType.Block, "a block inside the control channel", [.. data, .. Samples.Payload]);
        yield return Good("block_inside_hole", MessageType.Block, "a hole inside the control channel", hole);
        yield return Bad("block_inside_cut", MessageType.Block, "less than a header inside the control channel", "a block cut short", data[..^1]);

        const string damaged = "a damaged block header";
        yield return new Vector("block_magic", Codec.BlockHeaderName, damaged, "another magic, with the right check", Resealed(data, 0, "PACK"u8));
        yield return new Vector("block_check_flipped", Codec.BlockHeaderName, damaged, "a bit of the check of a header is flipped", Patched(data, 79, [(byte)(data[79] ^ 0x80)]));
        yield return new Vector("block_offset_flipped", Codec.BlockHeaderName, damaged, "a bit of the offset is flipped", Patched(data, 17, [(byte)(data[17] ^ 1)]));
        yield return new Vector("block_zeros", Codec.BlockHeaderName, damaged, "nothing but zeros", new byte[BlockHeader.Size]);
        foreach (var at in new[] { 5, 6, 7, 12, 15 })
        {
            yield return new Vector($"block_flags_{at}", Codec.BlockHeaderName, "a block with unknown flags", $"byte {at} of a header must be zero", Resealed(data, at, [1]));
        }

        yield return new Vector("block_offset_negative", Codec.BlockHeaderName, "a block of 4 bytes at 9223372036854775808", "an offset of 2^63", Resealed(data, 16, U64(Negative)));
        yield return new Vector("block_span_negative", Codec.BlockHeaderName, "a block of 9223372036854775808 bytes at 4100", "a hole of 2^63 bytes", Resealed(hole, 24, U64(Negative)));
        yield return new Vector("block_span_0", Codec.BlockHeaderName, "a block of 0 bytes at 4100", "a hole of no bytes", Resealed(hole, 24, U64(0)));
        yield return new Vector("block_data_empty", Codec.BlockHeaderName, "a block of 0 bytes at 4096", "a data block of no bytes", Resealed(Resealed(data, 8, U32(0)), 24, U64(0)));
        yield return new Vector("block_sum_overflow", Codec.BlockHeaderName, $"a block of 1048576 bytes at {long.MaxValue - (1 << 20) + 1}", "offset and span together are 2^63", Resealed(hole, 16, U64(long.MaxValue - (1 << 20) + 1)));
        yield return new Vector("block_too_large", Codec.BlockHeaderName, $"a block with {Limits.MaxBlock + 1} bytes of payload for {Limits.MaxBlock + 1}, limit {Limits.MaxBlock}", "a payload one byte too large", Samples.Packed(BlockHeader.Data(0, Limits.MaxBlock + 1, 0, default)));
        yield return new Vector("block_length_huge", Codec.BlockHeaderName, $"a block with {int.MaxValue} bytes of payload for 4, limit {Limits.MaxBlock}", "a length that would be negative in a signed number", Resealed(data, 8, U32(uint.MaxValue)));
        yield return new Vector("block_length_not_span", Codec.BlockHeaderName, $"a block with 3 bytes of payload for 4, limit {Limits.MaxBlock}", "data that do not fill their place", Resealed(data, 8, U32(3)));
        yield return new Vector("block_hole_payload", Codec.BlockHeaderName, "a hole with a payload", "a hole with a length", Resealed(hole, 8, U32(1)));
        yield return new Vector("block_hole_digest", Codec.BlockHeaderName, "a hole with a payload", "a hole with a digest", Resealed(hole, 71, [1]));
        yield return new Vector("block_type_0", Codec.BlockHeaderName, "a block of unknown type 0", "block type 0", Resealed(data, 4, [0]));
        var kept = Samples.Packed(Samples.Kept);
        yield return new Vector("block_kept", Codec.BlockHeaderName, null, "a piece that the receiver has", kept);
        yield return new Vector("block_kept_payload", Codec.BlockHeaderName, "a kept piece of 4 bytes with 1 of payload", "a kept piece with a payload", Resealed(kept, 8, U32(1)));
        yield return new Vector("block_kept_span", Codec.BlockHeaderName, $"a kept piece of {Limits.MaxBlock + 1} bytes with 0 of payload", "a kept piece that is larger than a block", Resealed(kept, 24, U64((ulong)Limits.MaxBlock + 1)));
        var leave = Samples.Packed(BlockHeader.Leave);
        yield return new Vector("block_leave", Codec.BlockHeaderName, null, "the sender gives up", leave);
        yield return new Vector("block_leave_payload", Codec.BlockHeaderName, "a Leave with contents", "a Leave with a payload", Resealed(leave, 8, U32(1)));
        yield return new Vector("block_leave_sequence", Codec.BlockHeaderName, "a Leave with contents", "a Leave with a sequence number", Resealed(leave, 32, U64(1)));
        yield return new Vector("block_type_5", Codec.BlockHeaderName, "a block of unknown type 5", "block type 5", Resealed(data, 4, [5]));
    }

    /// <summary>A block header with a field changed, and the check that fits.</summary>
    private static byte[] Resealed(byte[] header, int at, ReadOnlySpan<byte> field)
    {
        const int checkedBytes = BlockHeader.Size - sizeof(ulong);
        var patched = Patched(header, at, field);
        BinaryPrimitives.WriteUInt64LittleEndian(patched.AsSpan(checkedBytes), XxHash3(patched.AsSpan(0, checkedBytes)));
        return patched;
    }

    public static ulong XxHash3(ReadOnlySpan<byte> bytes) => Digest.Of(DigestKind.XxHash3, bytes, 0).A;
}

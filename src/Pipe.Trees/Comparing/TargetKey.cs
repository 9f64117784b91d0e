using System.Buffers.Binary;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>Hashes each fact about a member of the target to a number, its key. Randomly seeded, so that an attacker cannot construct collisions.</summary>
internal static class TargetKey
{
    private static readonly long Seed = BinaryPrimitives.ReadInt64LittleEndian(Entropy.Bytes(sizeof(long)));

    /// <summary>The member exists.</summary>
    public static UInt128 Member(ReadOnlySpan<byte> path) => Of(0, path, []);

    /// <summary>The member is a file of that size.</summary>
    public static UInt128 Size(ReadOnlySpan<byte> path, long size) => Of(1, path, Numbers(size));

    /// <summary>The member is a file of that size and modification time.</summary>
    public static UInt128 Time(ReadOnlySpan<byte> path, long size, long seconds, uint nanoseconds) => Of(2, path, Numbers(size, seconds, nanoseconds));

    /// <summary>The member is a file of that size with these contents.</summary>
    public static UInt128 Whole(ReadOnlySpan<byte> path, long size, ReadOnlySpan<byte> digest) => Of(3, path, [.. Numbers(size), .. digest]);

    /// <summary>The member is a file with these contents in that range.</summary>
    public static UInt128 Piece(ReadOnlySpan<byte> path, long offset, long span, ReadOnlySpan<byte> digest) => Of(4, path, [.. Numbers(offset, span), .. digest]);

    /// <summary>The member is not a file but of that kind; for a symbolic link, with that target.</summary>
    public static UInt128 Content(ReadOnlySpan<byte> path, EntryKind kind, ReadOnlySpan<byte> text) => Of(5, path, [(byte)kind, .. text]);

    /// <summary>The member has that modification time.</summary>
    public static UInt128 Moment(ReadOnlySpan<byte> path, long seconds, uint nanoseconds) => Of(6, path, Numbers(seconds, nanoseconds));

    /// <summary>The member has these permission bits.</summary>
    public static UInt128 Mode(ReadOnlySpan<byte> path, int mode) => Of(7, path, Numbers(mode));

    public static UInt128 Owner(ReadOnlySpan<byte> path, uint owner, uint group) => Of(8, path, Numbers(owner, group));

    /// <summary>The member's extended attributes have that digest.</summary>
    public static UInt128 Attributes(ReadOnlySpan<byte> path, ReadOnlySpan<byte> digest) => Of(9, path, digest);

    /// <summary>The member's extended attributes that only root may set have that digest, in hexadecimal.</summary>
    public static UInt128 RootsAttributes(ReadOnlySpan<byte> path, ReadOnlySpan<byte> digest) => Of(10, path, digest);

    private static UInt128 Of(byte what, ReadOnlySpan<byte> path, ReadOnlySpan<byte> more)
    {
        // A path contains no NUL.
        Span<byte> all = stackalloc byte[1 + path.Length + 1 + more.Length];
        all[0] = what;
        path.CopyTo(all[1..]);
        all[1 + path.Length] = 0;
        more.CopyTo(all[(path.Length + 2)..]);
        return PieceDigest.Number(all, Seed);
    }

    private static byte[] Numbers(params ReadOnlySpan<long> numbers)
    {
        var bytes = new byte[numbers.Length * sizeof(long)];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), numbers[i]);
        }

        return bytes;
    }
}

using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>What of a member is compared beside its content: what a copy with the same flags would set.</summary>
internal readonly record struct Looks(TreeFlags Flags)
{
    /// <summary>Those that -p sets.</summary>
    public const int Permissions = 0x3FF;

    /// <summary>Said of an owner by a target that cannot give files away.</summary>
    public const uint AnyOwner = uint.MaxValue;

    public bool AreCompared => (Flags & (TreeFlags.All | TreeFlags.Keep)) != 0;

    public bool HasAttributes => Flags.HasFlag(TreeFlags.All);

    /// <summary>
    /// A digest of the attributes that a copy takes, in whatever order the file system has them. What belongs to the system of one
    /// host, and what only root may set, is not among them.
    /// </summary>
    public static byte[] DigestOf(ReadOnlySpan<byte> attributes)
    {
        var compared = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var all = new PackedAttributes(attributes);
        while (all.MoveNext())
        {
            var name = RawText.Decode(all.Name);
            if (name.StartsWith("user.", StringComparison.Ordinal) || name.StartsWith("system.posix_acl_", StringComparison.Ordinal))
            {
                compared[name] = Packed(all.Name, all.Value);
            }
        }

        return PieceDigest.Of([.. compared.Values.SelectMany(static one => one)]);
    }

    private static byte[] Packed(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var (packed, at) = (new byte[4 + name.Length + value.Length], 0);
        PackedAttributes.TryAppend(packed, ref at, name, value);
        return packed;
    }
}

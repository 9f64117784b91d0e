using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The metadata of a member that are compared: those that a copy with the same flags would set.</summary>
internal readonly record struct ComparedMetadata(TreeFlags Flags)
{
    /// <summary>The bits that -p sets.</summary>
    public const int Permissions = 0x3FF;

    /// <summary>Owner reported by a target that cannot change owners.</summary>
    public const uint AnyOwner = uint.MaxValue;

    /// <summary>Identity of a file with only one name.</summary>
    public const string Alone = "1";

    public bool AreCompared => (Flags & (TreeFlags.All | TreeFlags.Keep)) != 0;

    public bool HasAttributes => Flags.HasFlag(TreeFlags.All);

    /// <summary>Reads all attributes of a member.</summary>
    /// <param name="read">Reads the attributes up to a limit; reports those beyond it.</param>
    /// <param name="lost">Called with each attribute that does not fit into an entry.</param>
    /// <returns>Null if there are more than can be compared.</returns>
    public static byte[]? ReadAll(Func<int, Action<LinuxException>, byte[]> read, Action<LinuxException> lost)
    {
        const int most = 16 << 20;
        var isAll = true;
        var attributes = read(Limits.MaxAttributes, left =>
        {
            isAll = false;
            lost(left);
        });
        if (isAll)
        {
            return attributes;
        }

        isAll = true;
        attributes = read(most, _ => isAll = false);
        return isAll ? attributes : null;
    }

    /// <summary>A digest of the attributes that a copy by any user sets, independent of their order. Excludes those that belong to one host's system.</summary>
    public static byte[] DigestOf(ReadOnlySpan<byte> attributes) => DigestOf(attributes, static name =>
        name.StartsWith("user.", StringComparison.Ordinal) || name.StartsWith("system.posix_acl_", StringComparison.Ordinal));

    /// <summary>The same for the attributes that only root may set.</summary>
    public static byte[] DigestOfRoots(ReadOnlySpan<byte> attributes) => DigestOf(attributes, static name =>
        name == "security.capability" || name.StartsWith("trusted.", StringComparison.Ordinal));

    /// <summary>A text that identifies the file; <see cref="Alone"/> if it has no other name.</summary>
    public static string IdentityOf(in FileStatus status) => status.Links > 1 ? $"{status.Device:x}:{status.Inode:x}" : Alone;

    private static byte[] DigestOf(ReadOnlySpan<byte> attributes, Func<string, bool> isCompared)
    {
        var compared = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var all = new PackedAttributes(attributes);
        while (all.MoveNext())
        {
            var name = RawText.Decode(all.Name);
            if (isCompared(name))
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

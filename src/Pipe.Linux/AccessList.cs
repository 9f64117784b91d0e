using System.Buffers.Binary;

namespace Pipe.Linux;

/// <summary>
/// A POSIX access control list as its extended attribute has it: u32 version, then for each entry u16 tag, u16 permissions, u32 id.
/// </summary>
internal sealed class AccessList
{
    private const uint Version = 2;
    private const int HeaderSize = 4;
    private const int EntrySize = 8;
    private const ushort Owner = 0x01, OwningGroup = 0x04, Mask = 0x10, Others = 0x20;
    private readonly byte[] _bytes;

    private AccessList(byte[] bytes) => _bytes = bytes;

    /// <summary>The attribute of a file's own list.</summary>
    public static ReadOnlySpan<byte> Access => "system.posix_acl_access"u8;

    /// <summary>The attribute of the list that what is made in a directory begins with.</summary>
    public static ReadOnlySpan<byte> Default => "system.posix_acl_default"u8;

    /// <summary>Values up to this size fit everywhere: what is wrong with one is not its size.</summary>
    public const int Small = 1024;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The nine permission bits of a file with this list: those of the group are the most that any entry gives.</summary>
    public uint Mode => (Of(Owner) << 6) | ((Find(Mask) ?? Of(OwningGroup)) << 3) | Of(Others);

    /// <summary>The nine permission bits of a file that cannot have it: its group gets no more than by the list.</summary>
    public uint ModeWithout => (Of(Owner) << 6) | ((Of(OwningGroup) & (Find(Mask) ?? 7)) << 3) | Of(Others);

    /// <summary>Null for what is no list.</summary>
    public static AccessList? Of(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderSize && (bytes.Length - HeaderSize) % EntrySize == 0 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Version
            ? new AccessList(bytes.ToArray())
            : null;

    /// <summary>Of a file; null if permission bits say it all. Also of what was opened with <see cref="OpenFlags.PathOnly"/>.</summary>
    public static AccessList? Of(Fd fd) => Read(fd, Access);

    /// <summary>What new members of a directory begin with; null if that is the umask.</summary>
    public static AccessList? DefaultOf(Fd directory) => Read(directory, Default);

    /// <summary>The same list for a file of another group, which may do what others may, while others lose what the old group did not have.</summary>
    public AccessList WithoutGroup()
    {
        var bytes = (byte[])_bytes.Clone();
        var (group, others) = (Of(OwningGroup) & (Find(Mask) ?? 7), Of(Others));
        for (var at = HeaderSize; at < bytes.Length; at += EntrySize)
        {
            var tag = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
            if (tag is OwningGroup or Others)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 2), (ushort)(tag == OwningGroup ? others : others & group));
            }
        }

        return new AccessList(bytes);
    }

    /// <summary>Gives a file this list and no other; false where it cannot have it.</summary>
    public unsafe bool TryPut(Fd fd)
    {
        fixed (byte* name = Access, value = _bytes)
        {
            return Sys.SetAttribute(fd.Number, name, value, (nuint)_bytes.Length, 0) == 0;
        }
    }

    /// <summary>Takes away the list that a file has, for one from its directory.</summary>
    public static unsafe void Remove(Fd fd)
    {
        fixed (byte* name = Access)
        {
            _ = Sys.RemoveAttribute(fd.Number, name);
        }
    }

    private static unsafe AccessList? Read(Fd fd, ReadOnlySpan<byte> attribute)
    {
        fixed (byte* name = attribute, link = fd.LinkBytes())
        {
            var size = Sys.GetAttributeOf(link, name, null, 0);
            if (size <= 0)
            {
                return null;
            }

            var bytes = new byte[size];
            fixed (byte* value = bytes)
            {
                size = Sys.GetAttributeOf(link, name, value, (nuint)bytes.Length);
            }

            return size > 0 ? Of(bytes.AsSpan(0, (int)size)) : null;
        }
    }

    private uint Of(ushort tag) => Find(tag) ?? 0;

    private uint? Find(ushort tag)
    {
        for (var at = HeaderSize; at < _bytes.Length; at += EntrySize)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at)) == tag)
            {
                return BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at + 2)) & 7u;
            }
        }

        return null;
    }
}

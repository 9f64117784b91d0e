using System.Buffers.Binary;

namespace Pipe.Linux;

/// <summary>
/// A POSIX access control list in the format of its extended attribute: u32 version, then for each entry u16 tag, u16 permissions, u32 id.
/// </summary>
internal sealed class AccessList
{
    private const uint Version = 2;
    private const int HeaderSize = 4;
    private const int EntrySize = 8;
    private const ushort Owner = 0x01, OwningGroup = 0x04, Mask = 0x10, Others = 0x20;
    private readonly byte[] _bytes;

    private AccessList(byte[] bytes) => _bytes = bytes;

    /// <summary>The attribute that holds a file's access list.</summary>
    public static ReadOnlySpan<byte> Access => "system.posix_acl_access"u8;

    /// <summary>The attribute that holds a directory's default list, which its new members inherit.</summary>
    public static ReadOnlySpan<byte> Default => "system.posix_acl_default"u8;

    /// <summary>Every file system stores values up to this size, so a refusal has another cause.</summary>
    public const int AlwaysFits = 1024;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The nine permission bits of a file with this list; the group bits hold the mask, if there is one.</summary>
    public uint Mode => (Of(Owner) << 6) | ((Find(Mask) ?? Of(OwningGroup)) << 3) | Of(Others);

    /// <summary>The nine permission bits for a file that cannot store the list: its group gets no more than the list grants.</summary>
    public uint ModeWithout => (Of(Owner) << 6) | ((Of(OwningGroup) & (Find(Mask) ?? 7)) << 3) | Of(Others);

    /// <summary>Null if the bytes are not a valid list.</summary>
    public static AccessList? Of(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderSize && (bytes.Length - HeaderSize) % EntrySize == 0 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Version
            ? new AccessList(bytes.ToArray())
            : null;

    /// <summary>The list of a file; null if it has only permission bits. The descriptor may be <see cref="OpenFlags.PathOnly"/>.</summary>
    public static AccessList? Of(Fd fd) => Read(fd, Access);

    /// <summary>The default list of a directory; null if it has none.</summary>
    public static AccessList? DefaultOf(Fd directory) => Read(directory, Default);

    /// <summary>The list for a file that could not keep its group: the new group gets the rights of others, and others lose every right that the old group lacked.</summary>
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

    /// <summary>Replaces the file's list; false if the file system refuses.</summary>
    public unsafe bool TryPut(Fd fd)
    {
        fixed (byte* name = Access, value = _bytes)
        {
            return Sys.SetAttribute(fd.Number, name, value, (nuint)_bytes.Length, 0) == 0;
        }
    }

    /// <summary>Removes the access list of a file, such as one inherited from its directory.</summary>
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

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>
/// What is kept of a file beside its bytes: owner, times, extended attributes, of which access control lists are some.
/// Attributes are packed as u16 length of the name, u16 length of the value, name, value, one behind the other.
/// </summary>
internal static class FileTraits
{
    private const int Most = 64 * 1024;

    public static bool IsRoot { get; } = Sys.EffectiveUser() == 0;

    /// <summary>Sets the time of the last modification.</summary>
    public static unsafe void SetTime(this Fd fd, long seconds, uint nanoseconds) => SetTime(fd, null, seconds, nanoseconds);

    /// <summary>The same of what was opened with <see cref="OpenFlags.PathOnly"/>: a link, a fifo, a device.</summary>
    public static unsafe void SetNodeTime(this Fd node, long seconds, uint nanoseconds)
    {
        fixed (byte* link = Link(node))
        {
            SetTime(node, link, seconds, nanoseconds);
        }
    }

    /// <summary>Only root gives files away; somebody else keeps the group if he is a member of it.</summary>
    public static unsafe void SetOwner(this Fd fd, uint owner, uint group) => SetOwner(fd, null, owner, group);

    /// <summary>The same for what was opened with <see cref="OpenFlags.PathOnly"/>.</summary>
    public static unsafe void SetNodeOwner(this Fd node, uint owner, uint group)
    {
        fixed (byte* link = Link(node))
        {
            SetOwner(node, link, owner, group);
        }
    }

    /// <summary>All that the file system tells us; null if that is more than the limit.</summary>
    public static unsafe byte[]? Attributes(this Fd fd, int limit) => Read(fd, null, limit);

    /// <summary>The same of what was opened with <see cref="OpenFlags.PathOnly"/>.</summary>
    public static unsafe byte[]? NodeAttributes(this Fd node, int limit)
    {
        fixed (byte* link = Link(node))
        {
            return Read(node, link, limit);
        }
    }

    /// <summary>What <see cref="Attributes"/> has read, one by one, each as it is packed.</summary>
    public static IReadOnlyList<(string Name, byte[] Packed)> Split(ReadOnlySpan<byte> packed)
    {
        var all = new List<(string, byte[])>();
        while (packed.Length >= 4 && 4 + NameLength(packed) + ValueLength(packed) is var length && length <= packed.Length)
        {
            all.Add((Protocol.RawText.Decode(packed.Slice(4, NameLength(packed))), packed[..length].ToArray()));
            packed = packed[length..];
        }

        return all;
    }

    /// <summary>Sets what <see cref="Attributes"/> has read; throws for the first that cannot be set.</summary>
    public static unsafe void SetAttributes(this Fd fd, ReadOnlySpan<byte> packed) => Set(fd, null, packed);

    /// <summary>Takes away what is not among those that <see cref="Attributes"/> has read elsewhere: of an older file, or of the directory it is in.</summary>
    public static unsafe void DropOtherAttributes(this Fd fd, ReadOnlySpan<byte> packed)
    {
        var names = stackalloc byte[Most];
        var length = Sys.ListAttributes(fd.Number, names, Most);
        for (var name = names; name < names + length;)
        {
            var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
            if (IsGiven(text) && !Has(packed, text))
            {
                fd.Check(Sys.RemoveAttribute(fd.Number, name), "removexattr");
            }

            name += text.Length + 1;
        }
    }

    /// <summary>The same for what was opened with <see cref="OpenFlags.PathOnly"/>.</summary>
    public static unsafe void SetNodeAttributes(this Fd node, ReadOnlySpan<byte> packed)
    {
        fixed (byte* link = Link(node))
        {
            Set(node, link, packed);
        }
    }

    /// <summary>Sets the permission bits of what was opened with <see cref="OpenFlags.PathOnly"/>; a symbolic link has none to set.</summary>
    public static unsafe void SetNodeMode(this Fd node, uint mode)
    {
        fixed (byte* link = Link(node))
        {
            node.Check(Sys.ChangeModeOf(link, mode), "chmod");
        }
    }

    /// <summary>Leads to an open file, not further.</summary>
    private static byte[] Link(Fd fd) => Fd.PathBytes($"/proc/self/fd/{fd.Number}");

    private static unsafe void SetTime(Fd fd, byte* link, long seconds, uint nanoseconds)
    {
        var times = stackalloc TimeSpec[2] { new TimeSpec { Nanoseconds = Sys.TimeOmit }, new TimeSpec { Seconds = seconds, Nanoseconds = nanoseconds } };
        fd.Check(link is null ? Sys.SetTimes(fd.Number, times) : Sys.SetTimesAt(Sys.AtFdCwd, link, times, 0), "utimensat");
    }

    private static unsafe void SetOwner(Fd fd, byte* link, uint owner, uint group)
    {
        owner = IsRoot ? owner : uint.MaxValue;
        var result = link is null ? Sys.ChangeOwner(fd.Number, owner, group) : Sys.ChangeOwnerAt(Sys.AtFdCwd, link, owner, group, 0);
        if (result < 0 && (IsRoot || Marshal.GetLastPInvokeError() != Errno.NotPermitted))
        {
            LinuxException.Throw("chown", fd.Name);
        }
    }

    private static unsafe byte[]? Read(Fd fd, byte* link, int limit)
    {
        var names = stackalloc byte[Most];
        var length = link is null ? Sys.ListAttributes(fd.Number, names, Most) : Sys.ListAttributesOf(link, names, Most);
        if (length <= 0)
        {
            return [];
        }

        var packed = new byte[limit];
        var value = stackalloc byte[Most];
        var at = 0;
        for (var name = names; name < names + length;)
        {
            var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
            var size = link is null ? Sys.GetAttribute(fd.Number, name, value, Most) : Sys.GetAttributeOf(link, name, value, Most);
            name += text.Length + 1;
            if (size < 0 || text.SequenceEqual("security.selinux"u8))
            {
                // It may not be ours to read; a label of SELinux is for the policy of the other host to give.
                continue;
            }

            if (!TryAppend(packed, ref at, text, new ReadOnlySpan<byte>(value, (int)size)))
            {
                return null;
            }
        }

        return packed[..at];
    }

    private static unsafe void Set(Fd fd, byte* link, ReadOnlySpan<byte> packed)
    {
        Span<byte> name = stackalloc byte[256];
        while (!packed.IsEmpty)
        {
            if (packed.Length < 4 || NameLength(packed) > 255 || NameLength(packed) + ValueLength(packed) > packed.Length - 4)
            {
                throw new LinuxException("setxattr", fd.Name, Errno.Invalid);
            }

            var (nameLength, valueLength) = (NameLength(packed), ValueLength(packed));

            name.Clear();
            packed.Slice(4, nameLength).CopyTo(name);
            fixed (byte* at = name, value = packed.Slice(4 + nameLength, valueLength))
            {
                fd.Check(link is null ? Sys.SetAttribute(fd.Number, at, value, valueLength, 0) : Sys.SetAttributeOf(link, at, value, valueLength, 0), "setxattr");
            }

            packed = packed[(4 + nameLength + valueLength)..];
        }
    }

    /// <summary>By somebody to this file; others, such as labels, are for the system to give.</summary>
    private static bool IsGiven(ReadOnlySpan<byte> name) =>
        name.StartsWith("user."u8) || name.StartsWith("trusted."u8) || name.StartsWith("system.posix_acl_"u8) || name.SequenceEqual("security.capability"u8);

    private static bool Has(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> name)
    {
        while (packed.Length >= 4)
        {
            var (nameLength, valueLength) = (NameLength(packed), ValueLength(packed));
            if (nameLength + valueLength > packed.Length - 4)
            {
                return false;
            }

            if (packed.Slice(4, nameLength).SequenceEqual(name))
            {
                return true;
            }

            packed = packed[(4 + nameLength + valueLength)..];
        }

        return false;
    }

    private static ushort NameLength(ReadOnlySpan<byte> packed) => BinaryPrimitives.ReadUInt16LittleEndian(packed);

    private static ushort ValueLength(ReadOnlySpan<byte> packed) => BinaryPrimitives.ReadUInt16LittleEndian(packed[2..]);

    private static bool TryAppend(byte[] packed, ref int at, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue || at + 4 + name.Length + value.Length > packed.Length)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(at), (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(at + 2), (ushort)value.Length);
        name.CopyTo(packed.AsSpan(at + 4));
        value.CopyTo(packed.AsSpan(at + 4 + name.Length));
        at += 4 + name.Length + value.Length;
        return true;
    }
}

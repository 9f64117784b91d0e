using System.Runtime.InteropServices;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>Extended attributes of a file, access control lists included, packed as <see cref="PackedAttributes"/>.</summary>
internal static class FileAttributes
{
    private const int MaxSize = 64 * 1024;

    /// <summary>Reads all attributes that this user may see.</summary>
    /// <param name="fd">The file.</param>
    /// <param name="limit">Maximum packed size in bytes.</param>
    /// <param name="omitted">Called for each attribute that is omitted because it does not fit.</param>
    public static unsafe byte[] Attributes(this Fd fd, int limit, Action<LinuxException>? omitted = null) => Read(fd, null, limit, omitted);

    /// <summary>The same for a node opened with <see cref="OpenFlags.PathOnly"/>.</summary>
    public static unsafe byte[] NodeAttributes(this Fd node, int limit, Action<LinuxException>? omitted = null)
    {
        fixed (byte* link = node.LinkBytes())
        {
            return Read(node, link, limit, omitted);
        }
    }

    /// <summary>Sets attributes that <see cref="Attributes"/> has read.</summary>
    /// <param name="fd">The file.</param>
    /// <param name="packed">The attributes.</param>
    /// <param name="refused">Called for each attribute that cannot be set; if null, the first of them throws.</param>
    public static unsafe void SetAttributes(this Fd fd, ReadOnlySpan<byte> packed, Action<LinuxException>? refused = null) => Set(fd, null, packed, refused);

    /// <summary>The same for a node opened with <see cref="OpenFlags.PathOnly"/>.</summary>
    public static unsafe void SetNodeAttributes(this Fd node, ReadOnlySpan<byte> packed, Action<LinuxException>? refused = null)
    {
        fixed (byte* link = node.LinkBytes())
        {
            Set(node, link, packed, refused);
        }
    }

    /// <summary>Removes the attributes that are not in <paramref name="packed"/>, such as those of an older file or inherited from the directory.</summary>
    public static unsafe void DropOtherAttributes(this Fd fd, ReadOnlySpan<byte> packed)
    {
        var names = stackalloc byte[MaxSize];
        var length = Sys.ListAttributes(fd.Number, names, MaxSize);
        for (var name = names; name < names + length;)
        {
            var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
            if (IsGiven(text) && !PackedAttributes.Has(packed, text) && Sys.RemoveAttribute(fd.Number, name) < 0 && !IsForRoot(text))
            {
                throw new LinuxException("removexattr", fd.Name, Marshal.GetLastPInvokeError(), $"{Describe(text)} cannot be removed");
            }

            name += text.Length + 1;
        }
    }

    /// <summary>The name of an attribute for messages.</summary>
    private static string Describe(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(AccessList.Access) ? "the access control list"
        : name.SequenceEqual(AccessList.Default) ? "the default access control list"
        : $"the attribute {RawText.Printable(RawText.Decode(name))}";

    private static unsafe byte[] Read(Fd fd, byte* link, int limit, Action<LinuxException>? omitted)
    {
        var names = stackalloc byte[MaxSize];
        var length = link is null ? Sys.ListAttributes(fd.Number, names, MaxSize) : Sys.ListAttributesOf(link, names, MaxSize);
        if (length <= 0)
        {
            return [];
        }

        var packed = new byte[limit];
        var value = stackalloc byte[MaxSize];
        var at = 0;
        for (var name = names; name < names + length;)
        {
            var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
            var size = link is null ? Sys.GetAttribute(fd.Number, name, value, MaxSize) : Sys.GetAttributeOf(link, name, value, MaxSize);
            name += text.Length + 1;
            if (size < 0 || text.SequenceEqual("security.selinux"u8))
            {
                // Some attributes are not readable for this user; an SELinux label is assigned by the policy of the other host.
                continue;
            }

            if (!PackedAttributes.TryAppend(packed, ref at, text, new ReadOnlySpan<byte>(value, (int)size)))
            {
                omitted?.Invoke(new LinuxException("getxattr", fd.Name, Errno.TooBig, $"{Describe(text)} of {size} bytes cannot be kept"));
            }
        }

        return packed[..at];
    }

    private static unsafe void Set(Fd fd, byte* link, ReadOnlySpan<byte> packed, Action<LinuxException>? refused)
    {
        Span<byte> name = stackalloc byte[256];
        var all = new PackedAttributes(packed);
        while (all.MoveNext())
        {
            if (all.Name.IsEmpty || all.Name.Contains((byte)0))
            {
                // The system would cut it at the NUL, and set another attribute.
                Refuse(fd, all, Errno.Invalid, refused);
                continue;
            }

            name.Clear();
            all.Name.CopyTo(name);
            fixed (byte* at = name, value = all.Value)
            {
                var size = (nuint)all.Value.Length;
                var result = link is null ? Sys.SetAttribute(fd.Number, at, value, size, 0) : Sys.SetAttributeOf(link, at, value, size, 0);
                if (result < 0 && !IsForRoot(all.Name))
                {
                    Refuse(fd, all, Marshal.GetLastPInvokeError(), refused);
                }
            }
        }

        if (all.IsDamaged)
        {
            throw new LinuxException("setxattr", fd.Name, Errno.Invalid);
        }
    }

    /// <summary>A file system also reports ENOSPC for a value that is too large; a disk that is really full fails at the next write.</summary>
    private static void Refuse(Fd fd, in PackedAttributes one, int errno, Action<LinuxException>? refused)
    {
        var size = one.Value.Length > AccessList.AlwaysFits ? $" of {one.Value.Length} bytes" : "";
        var cause = new LinuxException("setxattr", fd.Name, errno, $"{Describe(one.Name)}{size} cannot be kept");
        if (refused is null)
        {
            throw cause;
        }

        refused(cause);
    }

    /// <summary>Whether the attribute is refused only because this user is not root, which is expected.</summary>
    private static bool IsForRoot(ReadOnlySpan<byte> name) =>
        !FileTraits.IsRoot && (name.StartsWith("security."u8) || name.StartsWith("trusted."u8));

    /// <summary>Whether users set attributes of this kind; others, such as labels, are assigned by the system.</summary>
    private static bool IsGiven(ReadOnlySpan<byte> name) =>
        name.StartsWith("user."u8) || name.StartsWith("trusted."u8) || name.StartsWith("system.posix_acl_"u8) || name.SequenceEqual("security.capability"u8);
}

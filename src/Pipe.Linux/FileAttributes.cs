using System.Runtime.InteropServices;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>Extended attributes of a file, packed as <see cref="PackedAttributes"/>. Access control lists are some of them.</summary>
internal static class FileAttributes
{
    private const int Most = 64 * 1024;

    /// <summary>All that the file system tells us.</summary>
    /// <param name="fd">What has them.</param>
    /// <param name="limit">What they may take together.</param>
    /// <param name="left">Is told of each that does not fit, which is left out.</param>
    public static unsafe byte[] Attributes(this Fd fd, int limit, Action<LinuxException>? left = null) => Read(fd, null, limit, left);

    /// <summary>The same of what was opened with <see cref="OpenFlags.PathOnly"/>.</summary>
    public static unsafe byte[] NodeAttributes(this Fd node, int limit, Action<LinuxException>? left = null)
    {
        fixed (byte* link = node.LinkBytes())
        {
            return Read(node, link, limit, left);
        }
    }

    /// <summary>Sets what <see cref="Attributes"/> has read.</summary>
    /// <param name="fd">What gets them.</param>
    /// <param name="packed">All of them.</param>
    /// <param name="refused">Is told of each that cannot be set; without it the first of these ends it.</param>
    public static unsafe void SetAttributes(this Fd fd, ReadOnlySpan<byte> packed, Action<LinuxException>? refused = null) => Set(fd, null, packed, refused);

    /// <summary>The same for what was opened with <see cref="OpenFlags.PathOnly"/>.</summary>
    public static unsafe void SetNodeAttributes(this Fd node, ReadOnlySpan<byte> packed, Action<LinuxException>? refused = null)
    {
        fixed (byte* link = node.LinkBytes())
        {
            Set(node, link, packed, refused);
        }
    }

    /// <summary>Takes away what is not among those that <see cref="Attributes"/> has read elsewhere: of an older file, or of the directory it is in.</summary>
    public static unsafe void DropOtherAttributes(this Fd fd, ReadOnlySpan<byte> packed)
    {
        var names = stackalloc byte[Most];
        var length = Sys.ListAttributes(fd.Number, names, Most);
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

    /// <summary>What messages call an attribute.</summary>
    private static string Describe(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(AccessList.Access) ? "the access control list"
        : name.SequenceEqual(AccessList.Default) ? "the default access control list"
        : $"the attribute {RawText.Printable(RawText.Decode(name))}";

    private static unsafe byte[] Read(Fd fd, byte* link, int limit, Action<LinuxException>? left)
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

            if (!PackedAttributes.TryAppend(packed, ref at, text, new ReadOnlySpan<byte>(value, (int)size)))
            {
                left?.Invoke(new LinuxException("getxattr", fd.Name, Errno.TooBig, $"{Describe(text)} of {size} bytes cannot be kept"));
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

    /// <summary>A value that is too large for a file system is told as a full disk; that it is full shows when the next bytes are written.</summary>
    private static void Refuse(Fd fd, in PackedAttributes one, int errno, Action<LinuxException>? refused)
    {
        var size = one.Value.Length > AccessList.Small ? $" of {one.Value.Length} bytes" : "";
        var cause = new LinuxException("setxattr", fd.Name, errno, $"{Describe(one.Name)}{size} cannot be kept");
        if (refused is null)
        {
            throw cause;
        }

        refused(cause);
    }

    /// <summary>Who is not root cannot set it anywhere, and does not expect it.</summary>
    private static bool IsForRoot(ReadOnlySpan<byte> name) =>
        !FileTraits.IsRoot && (name.StartsWith("security."u8) || name.StartsWith("trusted."u8));

    /// <summary>By a user to this file; others, such as labels, are for the system to give.</summary>
    private static bool IsGiven(ReadOnlySpan<byte> name) =>
        name.StartsWith("user."u8) || name.StartsWith("trusted."u8) || name.StartsWith("system.posix_acl_"u8) || name.SequenceEqual("security.capability"u8);
}

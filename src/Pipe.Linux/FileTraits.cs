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

    public static unsafe void SetTime(this Fd fd, long seconds, uint nanoseconds)
    {
        var times = stackalloc TimeSpec[2] { new TimeSpec { Nanoseconds = Sys.TimeOmit }, new TimeSpec { Seconds = seconds, Nanoseconds = nanoseconds } };
        fd.Check(Sys.SetTimes(fd.Number, times), "futimens");
    }

    /// <summary>Only root gives files away; somebody else keeps the group if he is a member of it.</summary>
    public static void SetOwner(this Fd fd, uint owner, uint group)
    {
        if (Sys.ChangeOwner(fd.Number, IsRoot ? owner : uint.MaxValue, group) < 0 && (IsRoot || Marshal.GetLastPInvokeError() != Errno.NotPermitted))
        {
            LinuxException.Throw("chown", fd.Name);
        }
    }

    /// <summary>All that the file system tells us; null if that is more than the limit.</summary>
    public static unsafe byte[]? Attributes(this Fd fd, int limit)
    {
        var names = stackalloc byte[Most];
        var length = Sys.ListAttributes(fd.Number, names, Most);
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
            var size = Sys.GetAttribute(fd.Number, name, value, Most);
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

    /// <summary>Sets what <see cref="Attributes"/> has read; throws for the first that cannot be set.</summary>
    public static unsafe void SetAttributes(this Fd fd, ReadOnlySpan<byte> packed)
    {
        Span<byte> name = stackalloc byte[256];
        while (packed.Length > 4)
        {
            var (nameLength, valueLength) = (BinaryPrimitives.ReadUInt16LittleEndian(packed), BinaryPrimitives.ReadUInt16LittleEndian(packed[2..]));
            if (nameLength > 255 || nameLength + valueLength > packed.Length - 4)
            {
                throw new LinuxException("setxattr", fd.Name, Errno.Invalid);
            }

            name.Clear();
            packed.Slice(4, nameLength).CopyTo(name);
            fixed (byte* at = name, value = packed.Slice(4 + nameLength, valueLength))
            {
                fd.Check(Sys.SetAttribute(fd.Number, at, value, valueLength, 0), "setxattr");
            }

            packed = packed[(4 + nameLength + valueLength)..];
        }
    }

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

using System.Buffers.Binary;

namespace Pipe.Ssh;

/// <summary>The "string" of the SSH protocols: a big-endian length of four bytes, and that many bytes.</summary>
internal static class SshString
{
    /// <summary>Takes a string from the front; false if it is incomplete.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> taken)
    {
        var length = rest.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32BigEndian(rest);
        if (length < 0 || length > rest.Length - sizeof(int))
        {
            taken = [];
            return false;
        }

        taken = rest.Slice(sizeof(int), length);
        rest = rest[(sizeof(int) + length)..];
        return true;
    }
}

using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Reads a complete target again, past the page cache, and compares each block with its digest.</summary>
internal static class ChainTargetCheck
{
    /// <summary>Returns a remark for the user; empty if the target was read past the page cache.</summary>
    /// <exception cref="Failure">The target cannot be read, or has other bytes.</exception>
    public static string Run(ChainBlocks blocks, FdReader? reader, long size)
    {
        if (reader is null)
        {
            return "the target cannot be read again: what was written has the right digests";
        }

        try
        {
            using var direct = TryOpenDirect(reader.Fd);
            using var slab = new Slab(blocks.Block);
            for (var offset = 0L; offset < size; offset += blocks.Block)
            {
                Check(blocks, direct ?? reader.Fd, slab, offset, (int)Math.Min(blocks.Block, size - offset));
            }

            return direct is null ? $"{reader.Fd.Name}: the file system reads only through the page cache, so the check did too" : "";
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    private static Fd? TryOpenDirect(Fd fd)
    {
        try
        {
            return fd.Reopen(OpenFlags.ReadOnly | OpenFlags.Direct);
        }
        catch (LinuxException e) when (e.Errno == Errno.Invalid)
        {
            return null;
        }
    }

    private static void Check(ChainBlocks blocks, Fd fd, Slab slab, long offset, int length)
    {
        // Whole blocks, because a direct read must not be short; it ends at the end of the file by itself.
        var count = fd.ReadAt(slab.Payload, offset);
        var bytes = slab.Payload[..Math.Min(count, length)];
        var (isHole, digest) = blocks.ContentsOf(offset / blocks.Block);
        var isRight = bytes.Length == length && (isHole ? !bytes.ContainsAnyExcept((byte)0) : Digest.Of(blocks.DigestKind, bytes, offset) == digest);
        if (!isRight)
        {
            throw new ChainFaultException(new Failure(ExitCode.Integrity, $"{fd.Name}: the block at {offset} has other bytes than were written"), offset);
        }
    }
}

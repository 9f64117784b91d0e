using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Syncs a complete target, reads it again and compares each block with its digest.</summary>
internal static class ChainReread
{
    /// <summary>Returns a warning for the user; empty if the target was read past the page cache.</summary>
    /// <param name="blocks">The digests.</param>
    /// <param name="target">The target, open in any way; null if it cannot be read.</param>
    /// <param name="size">Its size.</param>
    /// <exception cref="Failure">The target cannot be read.</exception>
    /// <exception cref="ChainFaultException">The target has other bytes.</exception>
    public static string Run(ChainBlocks blocks, Fd? target, long size)
    {
        if (target is null)
        {
            return "the target cannot be read again: only the bytes passed to write were verified";
        }

        Sync(target);
        using var reader = TargetReader.Open(target);
        using var slab = new Slab(blocks.Block);
        for (var offset = 0L; offset < size; offset += blocks.Block)
        {
            var length = (int)Math.Min(blocks.Block, size - offset);
            var bytes = slab.Payload[..reader.Read(slab.Payload, offset, length)];
            if (!IsRight(blocks, bytes, offset, length))
            {
                throw new ChainFaultException(new Failure(ExitCode.Integrity, $"{target.Name}: the block at {offset} has other bytes than were written"), offset);
            }
        }

        return reader.Warning;
    }

    /// <summary>Whether the bytes are those of the block. A hole at the end of the target may not be part of the file yet.</summary>
    private static bool IsRight(ChainBlocks blocks, ReadOnlySpan<byte> bytes, long offset, int length)
    {
        var (isHole, digest) = blocks.ContentsOf(offset / blocks.Block);
        return isHole ? !bytes.ContainsAnyExcept((byte)0) : bytes.Length == length && Digest.Of(blocks.DigestKind, bytes, offset) == digest;
    }

    private static void Sync(Fd target)
    {
        try
        {
            target.Sync();
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }
}

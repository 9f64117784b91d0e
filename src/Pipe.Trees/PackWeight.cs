using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>What a block of a tree counts for in a meter.</summary>
internal static class PackWeight
{
    /// <summary>Members other than directories that are complete with the block, and bytes of files in it.</summary>
    public static (long Files, long Bytes) Of(ReadOnlySpan<byte> pack)
    {
        var (files, bytes) = (0L, 0L);
        while (!pack.IsEmpty)
        {
            var entry = TreeEntry.Read(ref pack);
            var isFile = entry.Kind == EntryKind.File;
            bytes += isFile ? entry.Span : 0;
            files += (isFile && entry.Offset + entry.Span == entry.Size) || IsOther(entry.Kind) ? 1 : 0;
        }

        return (files, bytes);
    }

    private static bool IsOther(EntryKind kind) => kind
        is EntryKind.SymbolicLink or EntryKind.HardLink or EntryKind.Fifo or EntryKind.Socket or EntryKind.CharacterDevice or EntryKind.BlockDevice;
}

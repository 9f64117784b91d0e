using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The weight of a block of a tree for the progress meter.</summary>
internal static class PackWeight
{
    /// <summary>The number of members other than directories completed by the block, and the bytes of files in it.</summary>
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

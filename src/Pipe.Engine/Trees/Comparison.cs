using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What the target has already, against what is read: it need not be sent, or it is all that anybody wants to know.</summary>
/// <param name="flags">Resume, Quick, Compare, Delete.</param>
/// <param name="news">Where differences go.</param>
internal sealed class Comparison(TreeFlags flags, SourceNews news)
{
    /// <summary>Filled from the other side.</summary>
    public Inventory Inventory { get; } = new(flags, news.Warn);

    /// <summary>Nothing is sent but differences.</summary>
    public bool IsAll => flags.HasFlag(TreeFlags.Compare);

    /// <summary>Whether size and time of a file say that it need not be read.</summary>
    public bool IsTrusted(string path, in FileStatus status) =>
        flags.HasFlag(TreeFlags.Resume | TreeFlags.Quick) && Inventory.HasFile(path, status);

    /// <summary>Whether the target has these bytes of a file: all of a small one, or a whole piece.</summary>
    public bool Has(string path, long size, long offset, ReadOnlySpan<byte> bytes)
    {
        if (!flags.HasFlag(TreeFlags.Resume))
        {
            return false;
        }

        var digest = bytes.IsEmpty ? [] : PieceDigest.Of(bytes);
        if (size < FileCursor.PieceSize)
        {
            return Inventory.HasWhole(path, bytes.Length, digest);
        }

        // The last piece says too that nothing is behind it.
        return Inventory.HasPiece(path, offset, bytes.Length, digest) && (offset + bytes.Length < size || Inventory.HasFile(path, size));
    }

    /// <summary>Where all is compared: whether reading a file can tell that it is the same; else it is clear that it differs.</summary>
    public bool MayBeSame(string path, long size) =>
        flags.HasFlag(TreeFlags.Resume) && (size < FileCursor.PieceSize ? Inventory.Has(path) : Inventory.HasFile(path, size));

    /// <summary>Names a member that is not the same at the target; false if the pack has no room for it.</summary>
    public bool TryDiffer(ref Pack pack, string path) =>
        news.TryDiffer(ref pack, path, Inventory.Has(path) ? Difference.Changed : Difference.Missing);

    /// <summary>Names what is all in its name if the target does not have it like that; false if the pack has no room for it.</summary>
    public bool TryCompare(ref Pack pack, string path, EntryKind kind, string text = "") =>
        Inventory.HasOther(path, kind, text) || TryDiffer(ref pack, path);

    /// <summary>What only the target has, where anybody wants to know.</summary>
    public IEnumerable<string> Rest() =>
        flags.HasFlag(TreeFlags.Resume) || flags.HasFlag(TreeFlags.Delete) ? Inventory.Rest() : [];
}

using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A block of a tree that is being filled.</summary>
internal ref struct Pack(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    /// <summary>Number of bytes filled.</summary>
    public int Length { get; private set; }

    /// <summary>The room for the data of the next entry, after space for its header; empty if there is none.</summary>
    public readonly Span<byte> DataRoom(scoped in TreeEntry entry) =>
        _room.Length - Length > entry.OverheadSize ? _room[(Length + entry.OverheadSize)..] : default;

    public readonly bool Fits(scoped in TreeEntry entry, long data) => _room.Length - Length >= entry.OverheadSize + data;

    /// <summary>Adds an entry whose data are in place already.</summary>
    public void Add(scoped in TreeEntry entry, int data = 0)
    {
        entry.Write(_room[Length..], data);
        Length += entry.OverheadSize + data;
    }
}

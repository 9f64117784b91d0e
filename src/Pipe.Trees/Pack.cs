using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A block of a tree that is being filled.</summary>
internal ref struct Pack(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    /// <summary>Bytes of it that are filled.</summary>
    public int Length { get; private set; }

    /// <summary>Where the data of the next entry belong, with that much in front of them; empty if there is no room.</summary>
    public readonly Span<byte> DataRoom(scoped in TreeEntry entry) =>
        _room.Length - Length > entry.OverheadSize ? _room[(Length + entry.OverheadSize)..] : default;

    public readonly bool Fits(scoped in TreeEntry entry, long data) => _room.Length - Length >= entry.OverheadSize + data;

    /// <summary>Adds an entry whose data are where they belong already.</summary>
    public void Add(scoped in TreeEntry entry, int data = 0)
    {
        entry.Write(_room[Length..], data);
        Length += entry.OverheadSize + data;
    }
}

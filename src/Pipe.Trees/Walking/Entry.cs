using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>Builds entries from the file status of members.</summary>
internal static class Entry
{
    public static TreeEntry Of(EntryKind kind, string path, scoped in FileStatus status, byte[] attributes) => new()
    {
        Kind = kind,
        Path = RawText.Encode(path),
        Mode = (int)status.Permissions,
        Owner = status.Owner,
        Group = status.Group,
        Seconds = status.ModifiedSeconds,
        Nanoseconds = status.ModifiedNanoseconds,
        Size = kind == EntryKind.File ? status.Size : kind is EntryKind.BlockDevice or EntryKind.CharacterDevice ? (long)status.Number : 0,
        Attributes = attributes,
    };

    public static EntryKind KindOf(in FileStatus status) =>
        status.IsPipe ? EntryKind.Fifo
        : status.IsSocket ? EntryKind.Socket
        : status.IsBlockDevice ? EntryKind.BlockDevice
        : EntryKind.CharacterDevice;

    public static MemberType TypeOf(FileStatus? status) => (MemberType)((status?.Mode ?? 0) >> 12);
}

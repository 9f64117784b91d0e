using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A member without content that arrives: a symbolic link, fifo, socket or device.</summary>
/// <param name="What">The name in messages.</param>
/// <param name="Text">The target of a symbolic link.</param>
/// <param name="Mode">Type and permission bits of any other node.</param>
/// <param name="Number">The number of a device.</param>
internal sealed record TargetNode(string What, string? Text, uint Mode, ulong Number)
{
    private const uint TypeMask = 0xF000;
    private const uint Fifo = 0x1000;
    private const uint CharacterDevice = 0x2000;
    private const uint BlockDevice = 0x6000;
    private const uint Socket = 0xC000;

    public static TargetNode Of(scoped in TreeEntry entry)
    {
        var (what, type) = entry.Kind switch
        {
            EntryKind.SymbolicLink => ("the symbolic link", 0u),
            EntryKind.Fifo => ("the fifo", Fifo),
            EntryKind.Socket => ("the socket", Socket),
            EntryKind.BlockDevice => ("the device", BlockDevice),
            _ => ("the device", CharacterDevice),
        };
        return new TargetNode(what, entry.Kind == EntryKind.SymbolicLink ? RawText.Decode(entry.Text) : null, type | (uint)entry.Mode, (ulong)entry.Size);
    }

    /// <summary>Whether the directory has the same node under that name, apart from its metadata.</summary>
    public bool IsIn(Folder folder, string name) => folder.Status(name, follow: false) is { } there
        && (Text is null ? (there.Mode & TypeMask) == (Mode & TypeMask) && (!IsDevice || there.Number == Number) : there.IsLink && folder.ReadLink(name) == Text);

    public void Make(Folder folder, string name, string temporary) =>
        TargetNames.Make(folder, name, What, temporary, at => Text is null ? folder.TryMakeNode(at, Mode, Number) : folder.TryLink(Text, at));

    private bool IsDevice => (Mode & TypeMask) is CharacterDevice or BlockDevice;
}

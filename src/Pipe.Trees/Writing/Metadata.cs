using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The metadata of a member of a tree, independent of its block. Reports each part that the target cannot store, and sets the others.</summary>
internal sealed record Metadata(uint Mode, uint Owner, uint Group, long Seconds, uint Nanoseconds, byte[] Attributes)
{
    /// <summary>The bits of scp -p: without setuid and setgid, which are never set unasked.</summary>
    private const uint Permitted = 0x3FF;
    private const uint SetUser = 0x800;
    private const uint SetGroup = 0x400;

    public static Metadata Of(scoped in TreeEntry entry) =>
        new((uint)entry.Mode, entry.Owner, entry.Group, entry.Seconds, entry.Nanoseconds, entry.Attributes.ToArray());

    /// <summary>Reads all metadata of an open file.</summary>
    public static Metadata Of(Fd fd)
    {
        var status = FileStatus.Of(fd);
        return new(
            status.Permissions, status.Owner, status.Group, status.ModifiedSeconds, status.ModifiedNanoseconds, fd.Attributes(Limits.MaxAttributes));
    }

    /// <summary>Sets the metadata that the flags ask for on an open file or directory.</summary>
    /// <param name="fd">The file.</param>
    /// <param name="flags">Keep or All; without them nothing is set.</param>
    /// <param name="itemError">Called with each part that the file system refuses; the file stays.</param>
    public void Put(Fd fd, TreeFlags flags, Action<string> itemError)
    {
        if (flags.HasFlag(TreeFlags.All))
        {
            PutAll(fd, itemError);
        }
        else if (flags.HasFlag(TreeFlags.Keep))
        {
            Try(() => SetMode(fd, Mode & Permitted), fd, "the permissions", itemError);
        }
        else
        {
            return;
        }

        Try(() => fd.SetTime(Seconds, Nanoseconds), fd, "the time", itemError);
    }

    /// <summary>The same for a link, fifo, socket or device, opened with <see cref="OpenFlags.PathOnly"/>.</summary>
    public void PutOnNode(Fd node, bool isLink, TreeFlags flags, Action<string> itemError)
    {
        const uint permissions = 0x1FF;
        var isAll = flags.HasFlag(TreeFlags.All);
        if (!isAll && !flags.HasFlag(TreeFlags.Keep))
        {
            return;
        }

        if (isAll)
        {
            Try(() => node.SetNodeOwner(Owner, Group), node, "the owner", itemError);
            node.SetNodeAttributes(Attributes, cause => itemError(cause.Message));
        }

        if (!isLink)
        {
            Try(() => node.SetNodeMode(isAll ? Mode : Mode & permissions), node, "the permissions", itemError);
        }

        Try(() => node.SetNodeTime(Seconds, Nanoseconds), node, "the time", itemError);
    }

    /// <summary>
    /// The order matters: a new owner clears capabilities and setuid; and until the access list is set, the group bits, which hold its mask, would
    /// grant rights to the group itself.
    /// </summary>
    private void PutAll(Fd fd, Action<string> itemError)
    {
        var hasList = true;
        Try(() => fd.SetOwner(Owner, Group), fd, "the owner", itemError);
        Try(() => fd.DropOtherAttributes(Attributes), itemError);
        Try(() => fd.SetAttributes(Attributes, Refused), itemError);
        Try(() => SetMode(fd, (hasList ? Mode : ModeWithoutList()) & ~Lost(fd)), fd, "the permissions", itemError);

        void Refused(LinuxException cause)
        {
            itemError(cause.Message);
            hasList = AccessList.Of(fd) is not null;
        }
    }

    private static void SetMode(Fd fd, uint mode)
    {
        try
        {
            fd.ChangeMode(mode);
        }
        catch (LinuxException) when (FileStatus.Of(fd).Permissions == mode)
        {
            // The file system has the same values for all files, and they match.
        }
    }

    private uint ModeWithoutList() =>
        AccessList.Of(PackedAttributes.Find(Attributes, AccessList.Access)) is { } list ? (Mode & ~Permissions.Plain) | list.ModeWithout : Mode;

    /// <summary>The set-ID bits to clear: a file that could not be given away must not run with the rights of its owner here.</summary>
    private uint Lost(Fd fd)
    {
        if ((Mode & (SetUser | SetGroup)) == 0)
        {
            return 0;
        }

        var status = FileStatus.Of(fd);
        return (status.Owner == Owner ? 0 : SetUser) | (status.Group == Group ? 0 : SetGroup);
    }

    private static void Try(Action put, Fd of, string what, Action<string> itemError) =>
        Try(put, e => itemError(new LinuxException(e.Call, of.Name, e.Errno, $"{what} cannot be kept").Message));

    private static void Try(Action put, Action<string> itemError) => Try(put, e => itemError(e.Message));

    private static void Try(Action put, Action<LinuxException> refused)
    {
        try
        {
            put();
        }
        catch (LinuxException e)
        {
            refused(e);
        }
    }
}

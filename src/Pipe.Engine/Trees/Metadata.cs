using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What a member of a tree has beside its content, apart from the block it came in.</summary>
internal sealed record Metadata(uint Mode, uint Owner, uint Group, long Seconds, uint Nanoseconds, byte[] Attributes)
{
    /// <summary>Those of scp -p: setuid and setgid are nothing that one gets unasked.</summary>
    private const uint Permissions = 0x3FF;
    private const uint SetUser = 0x800;
    private const uint SetGroup = 0x400;

    public static Metadata Of(scoped in TreeEntry entry) =>
        new((uint)entry.Mode, entry.Owner, entry.Group, entry.Seconds, entry.Nanoseconds, entry.Attributes.ToArray());

    /// <summary>Gives an open file or directory as much of it as the flags ask for.</summary>
    /// <param name="fd">What gets it.</param>
    /// <param name="flags">Keep or All; without them there is nothing to do.</param>
    /// <param name="trouble">Is told what the file system does not take; the file stays.</param>
    public void Put(Fd fd, TreeFlags flags, Action<string> trouble)
    {
        var isAll = flags.HasFlag(TreeFlags.All);
        if (!isAll && !flags.HasFlag(TreeFlags.Keep))
        {
            return;
        }

        try
        {
            fd.SetTime(Seconds, Nanoseconds);
            if (isAll)
            {
                // In this order: a new owner takes capabilities and setuid away, a new mode is part of the access list.
                fd.SetOwner(Owner, Group);
                fd.ChangeMode(Mode & ~Lost(fd));
                fd.DropOtherAttributes(Attributes);
                fd.SetAttributes(Attributes);
            }
            else
            {
                fd.ChangeMode(Mode & Permissions);
            }
        }
        catch (LinuxException e) when (!e.IsNoSpace)
        {
            trouble(e.Message);
        }
    }

    /// <summary>A file that could not be given away must not run with the rights of whoever has it now.</summary>
    private uint Lost(Fd fd)
    {
        if ((Mode & (SetUser | SetGroup)) == 0)
        {
            return 0;
        }

        var status = FileStatus.Of(fd);
        return (status.Owner == Owner ? 0 : SetUser) | (status.Group == Group ? 0 : SetGroup);
    }
}

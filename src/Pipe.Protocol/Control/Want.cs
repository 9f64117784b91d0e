namespace Pipe.Protocol;

/// <summary>The sender of a tree asks what the target already has under these names. Have answers.</summary>
/// <remarks>
/// <code>
///     u32   number    counts the Wants of the session
///     text  names     at the top of the tree, as the sender calls them, separated by NULs
/// </code>
/// </remarks>
internal readonly record struct Want(uint Number, string Names) : IMessage<Want>
{
    public static MessageType Type => MessageType.Want;

    public void Write(WireWriter to)
    {
        to.U32(Number);
        to.Text(Names);
    }

    public static Want Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "want");
        var want = new Want(from.U32(), from.Text());
        from.End();
        foreach (var name in want.Names.Split('\0'))
        {
            Check(name);
        }

        return want;
    }

    /// <summary>Refuses paths: the target must not look outside the top of the tree.</summary>
    private static void Check(string name)
    {
        TreePath.Check(RawText.Encode(name));
        if (name.Contains('/', StringComparison.Ordinal))
        {
            ProtocolException.Throw($"want: {TreePath.Shown(name)}: not a name at the top of a tree");
        }
    }
}

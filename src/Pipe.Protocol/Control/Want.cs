namespace Pipe.Protocol;

/// <summary>The sender of a tree asks what the target has of these already. Have answers.</summary>
/// <remarks>
/// <code>
///     text  names     at the top of the tree, as the sender calls them, with a NUL between them
/// </code>
/// </remarks>
internal readonly record struct Want(string Names) : IMessage<Want>
{
    public static MessageType Type => MessageType.Want;

    public void Write(WireWriter to) => to.Text(Names);

    public static Want Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "want");
        var want = new Want(from.Text());
        from.End();
        return want;
    }
}

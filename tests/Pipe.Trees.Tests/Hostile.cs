using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>
/// A target directory with a secret beside it, and entries that a good sender would not send. Afterwards nothing outside may have
/// changed, and nothing half may have a name of its own.
/// </summary>
internal sealed class Hostile : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly string _outside;

    public Hostile()
    {
        Listing.Shell(_scratch.Directory, "mkdir -m 755 target outside; echo secret > outside/secret; chmod 640 outside/secret");
        _outside = Listing.Of(Outside, withTimes: true);
    }

    public Tally Tally { get; } = new();

    public Ear Ear { get; } = new();

    public string Target => _scratch["target"];

    public string Outside => _scratch["outside"];

    /// <summary>Members of the target, hidden ones too.</summary>
    public string[] Names => Listing.Names(Target);

    public TreeSink Open(TreeFlags flags = TreeFlags.Recurse, string name = "", AskedNames? asked = null) =>
        new(Resource.Tree("", [Path.Combine(Target, name)], flags, []), asked, Tally, Ear.Trouble, _ => { });

    /// <summary>Each of these is a block of its own; then the sender says that it is done.</summary>
    public void Send(TreeFlags flags, params byte[][] blocks)
    {
        using var sink = Open(flags);
        Send(sink, blocks);
        sink.Commit(0);
    }

    public static void Send(TreeSink sink, params byte[][] blocks)
    {
        foreach (var block in blocks)
        {
            sink.Write(block, 0);
        }
    }

    /// <summary>It is refused as a broken protocol, and nothing is there.</summary>
    public void Refuses(TreeFlags flags, params byte[][] blocks)
    {
        Assert.Throws<ProtocolException>(() => Send(flags, blocks));
        Check();
    }

    /// <summary>It is a trouble of that member alone.</summary>
    public void Complains(TreeFlags flags, params byte[][] blocks)
    {
        Send(flags, blocks);
        Check();
        Assert.NotEmpty(Ear.Troubles);
        Assert.True(Tally.Failed > 0);
    }

    public void Check()
    {
        Assert.Equal(_outside, Listing.Of(Outside, withTimes: true));
        Assert.Equal(["outside", "target"], _scratch.Names);
        Assert.DoesNotContain(Names, name => Path.GetFileName(name).StartsWith(".pipe-", StringComparison.Ordinal));
    }

    public static byte[] File(string path, string text = "hello", int mode = 0x1A4) => Piece(path, 0, text.Length, text, mode);

    public static byte[] Piece(string path, long offset, long size, string text, int mode = 0x1A4) =>
        Pack(new TreeEntry { Kind = EntryKind.File, Path = RawText.Encode(path), Mode = mode, Offset = offset, Size = size, Span = text.Length }, RawText.Encode(text));

    public static byte[] Hole(string path, long offset, long size, long span) =>
        Pack(new TreeEntry { Kind = EntryKind.File, Origin = PieceOrigin.Hole, Path = RawText.Encode(path), Mode = 0x1A4, Offset = offset, Size = size, Span = span });

    public static byte[] Of(EntryKind kind, string path, string text = "", int mode = 0x1ED, long size = 0) =>
        Pack(new TreeEntry { Kind = kind, Path = RawText.Encode(path), Text = RawText.Encode(text), Mode = mode, Size = size });

    public static byte[] Pack(scoped in TreeEntry entry, byte[]? data = null)
    {
        var packed = new byte[entry.OverheadSize + (data?.Length ?? 0)];
        data?.CopyTo(packed, entry.Write(packed, data.Length));
        if (data is null)
        {
            entry.Write(packed, 0);
        }

        return packed;
    }

    public void Dispose() => _scratch.Dispose();
}

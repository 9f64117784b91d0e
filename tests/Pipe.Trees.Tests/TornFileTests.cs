using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>Files that change while they are packed: in a pack of any size, the last piece comes after the word that they did.</summary>
public sealed class TornFileTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly TreeCopy _copy = new();

    [Theory]
    [InlineData(Defaults.Block, 3_000_000)]
    [InlineData(Defaults.Block, Defaults.Block)]
    [InlineData(60_000, 3_000_000)]
    [InlineData(60_000, 100_000)]
    [InlineData(60_000, 119_700)]
    public void What_was_there_stays_and_what_was_not_is_named(int room, int size)
    {
        foreach (var name in (string[])["from", "to", "new"])
        {
            Directory.CreateDirectory(_scratch[name]);
        }

        File.WriteAllBytes(_scratch["from/file"], new byte[size]);
        File.WriteAllText(_scratch["to/file"], "old");
        var from = Resource.Tree("", [_scratch["from/."]], TreeFlags.Recurse, []);
        var blocks = Pack(from, room);
        Assert.Contains("from/./file: the file changed while it was read", Assert.Single(_copy.Source.Troubles), StringComparison.Ordinal);
        Unpack(from, blocks, "to");
        Assert.Equal("old", File.ReadAllText(_scratch["to/file"]));
        Unpack(from, blocks, "new");
        Assert.Equal(size, new FileInfo(_scratch["new/file"]).Length);
        Assert.Equal([$"{_scratch["to"]}/file: stays as it was", $"{_scratch["new"]}/file: new, and copied from a file that changed: it may hold parts of several states"], _copy.Target.Troubles);
    }

    public void Dispose() => _scratch.Dispose();

    /// <summary>The file changes after the first block that has something of it.</summary>
    private List<byte[]> Pack(Resource from, int room)
    {
        using var source = new TreeSource(from, new SourceNews(_copy.SourceTally, _copy.Source));
        using var slab = new Slab(room);
        var blocks = new List<byte[]>();
        var isChanged = false;
        for (int length; (length = source.Read(slab.Payload[..room])) > 0;)
        {
            blocks.Add(slab.Payload[..length].ToArray());
            if (length > room / 2 && !isChanged)
            {
                isChanged = true;
                File.AppendAllText(_scratch["from/file"], "more");
            }
        }

        return blocks;
    }

    private void Unpack(Resource from, List<byte[]> blocks, string to)
    {
        var missed = 0;
        using var sink = new TreeSink(Resource.Tree("", [_scratch[to]], TreeFlags.Recurse, []).WithContentsOf(from), null, _copy.TargetTally, _copy.Target.Trouble, _ => Interlocked.Increment(ref missed));
        _copy.Unpack(sink, blocks);
        sink.Commit(0);
        Assert.Equal(1, missed);
        Assert.Equal(0, _copy.TargetTally.Failed);
    }
}

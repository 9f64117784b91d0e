using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>Files that change while they are packed: in a pack of any size, the last piece comes after the word that they did.</summary>
public sealed class TornFileTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Theory]
    [InlineData(Defaults.Block, 3_000_000)]
    [InlineData(Defaults.Block, Defaults.Block)]
    [InlineData(60_000, 3_000_000)]
    [InlineData(60_000, 59_000)]
    [InlineData(60_000, 100_000)]
    public void What_was_there_stays_and_what_was_not_is_named(int room, int size)
    {
        Directory.CreateDirectory(_scratch["from"]);
        Directory.CreateDirectory(_scratch["to"]);
        Directory.CreateDirectory(_scratch["new"]);
        File.WriteAllBytes(_scratch["from/file"], new byte[size]);
        File.WriteAllText(_scratch["to/file"], "old");
        var isChanged = 0;
        var copy = new TreeCopy
        {
            Room = room,
            Packed = _ =>
            {
                if (Interlocked.Exchange(ref isChanged, 1) == 0)
                {
                    File.AppendAllText(_scratch["from/file"], "more");
                }
            },
        };
        var from = Resource.Tree("", [_scratch["from/."]], TreeFlags.Recurse, []);
        var blocks = copy.Pack(from);
        if (copy.Source.Troubles.Count == 0)
        {
            // All of it was in the first block.
            Assert.True(size < room);
            return;
        }

        Assert.Equal([$"{_scratch["from"]}/./file: the file changed while it was read"], copy.Source.Troubles);
        Unpack(copy, from, blocks, "to");
        Assert.Equal("old", File.ReadAllText(_scratch["to/file"]));
        Unpack(copy, from, blocks, "new");
        Assert.Equal(size, new FileInfo(_scratch["new/file"]).Length);
        Assert.Equal([$"{_scratch["to"]}/file: stays as it was", $"{_scratch["new"]}/file: new, and copied from a file that changed: it may hold parts of several states"], copy.Target.Troubles);
    }

    public void Dispose() => _scratch.Dispose();

    private void Unpack(TreeCopy copy, Resource from, List<byte[]> blocks, string to)
    {
        var missed = 0;
        using var sink = new TreeSink(Resource.Tree("", [_scratch[to]], TreeFlags.Recurse, []).WithContentsOf(from), null, copy.TargetTally, copy.Target.Trouble, _ => Interlocked.Increment(ref missed));
        copy.Unpack(sink, blocks);
        sink.Commit(0);
        Assert.Equal(1, missed);
        Assert.Equal(0, copy.TargetTally.Failed);
    }
}

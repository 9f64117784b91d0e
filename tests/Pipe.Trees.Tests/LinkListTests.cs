namespace Pipe.Trees.Tests;

public sealed class LinkListTests
{
    [Fact]
    public void What_was_added_comes_out_in_order()
    {
        var random = new Random(1);
        var links = new LinkList();
        List<(string, string)> added = [];
        for (var i = 0; i < 100_000; i++)
        {
            var folder = string.Join('/', Enumerable.Range(0, random.Next(5)).Select(_ => new string((char)('a' + random.Next(3)), random.Next(1, 90))));
            added.Add(($"{folder}/{i}", random.Next(2) == 0 ? added.LastOrDefault(("x", "same")).Item2 : $"{folder}/\uDCFF{random.Next()}"));
            links.Add(added[^1].Item1, added[^1].Item2);
        }

        Assert.Equal(added, links.All());
    }

    [Fact]
    public void Neighbours_take_little_memory()
    {
        var links = new LinkList();
        var folder = string.Join('/', Enumerable.Repeat("a directory of the tree", 10));
        for (var i = 0; i < 100_000; i++)
        {
            links.Add($"{folder}/file{i}", $"{folder}/first{i}");
        }

        Assert.InRange(links.Size, 1, 6 << 20);
    }
}

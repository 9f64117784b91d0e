using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>A block of a tree that is read again is the block that was read first, unless a file has changed.</summary>
public sealed class PackRecipeTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("tree")]
    [InlineData("tree/")]
    [InlineData("tree/.")]
    [InlineData("tree/sub", "tree/large")]
    public void Every_block_is_read_again_as_it_was(params string[] names)
    {
        Make();
        var (roots, packs) = Packs(names);
        Assert.True(packs.Count > 1);
        Assert.All(packs, pack =>
        {
            var again = new byte[pack.Length];
            var recipe = new PackRecipe(pack, roots);
            recipe.Read(again);
            Assert.Equal(pack, again);
            Assert.InRange(recipe.Size, 1, 400_000);
        });
    }

    [Fact]
    public void A_file_that_changed_makes_another_block_and_one_that_is_gone_none()
    {
        Make();
        var (roots, packs) = Packs(["tree/sub"]);
        var recipes = packs.ConvertAll(pack => new PackRecipe(pack, roots));
        var some = _scratch["tree/sub/7"];
        File.WriteAllBytes(some, [.. File.ReadAllBytes(some).Select(one => (byte)(one ^ 1))]);
        var changed = packs.Where((pack, number) =>
        {
            var again = new byte[pack.Length];
            recipes[number].Read(again);
            return !pack.SequenceEqual(again);
        });
        Assert.Single(changed);
        File.Delete(some);
        Assert.Equal(ExitCode.Objects, Assert.Throws<Failure>(() => packs.Select((pack, number) => { recipes[number].Read(new byte[pack.Length]); return 0; }).Sum()).Code);
    }

    [Fact]
    public void A_block_weighs_the_files_that_are_complete_with_it()
    {
        Make();
        var (_, packs) = Packs(["tree"]);
        var weights = packs.ConvertAll(pack => PackWeight.Of(pack));
        Assert.Equal(301, weights.Sum(weight => weight.Files));
        Assert.Equal(Directory.EnumerateFiles(_scratch["tree"], "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), weights.Sum(weight => weight.Bytes));
    }

    private void Make()
    {
        var random = new Random(1);
        Directory.CreateDirectory(_scratch["tree/sub"]);
        foreach (var (name, size) in Enumerable.Range(1, 300).Select(number => ($"sub/{number}", number * 23)).Append(("large", 5_000_000)))
        {
            var bytes = new byte[size];
            random.NextBytes(bytes);
            File.WriteAllBytes(_scratch[$"tree/{name}"], bytes);
        }
    }

    private (TreeRoot[] Roots, List<byte[]> Packs) Packs(string[] names)
    {
        var tree = Resource.Tree(_scratch.Directory, names, TreeFlags.Recurse, []);
        using var source = new TreeSource(tree, new SourceNews(null, null));
        var (packs, buffer) = (new List<byte[]>(), new byte[512 * 1024]);
        for (int length; (length = source.Read(buffer)) > 0;)
        {
            packs.Add(buffer[..length]);
        }

        return ([.. TreeRoots.Find(tree)], packs);
    }
}

using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>A test with a directory to copy from and one to copy to.</summary>
public abstract class TreeCopyTest : IDisposable
{
    private protected TreeCopyTest() => Listing.Shell(Scratch.Directory, "mkdir from to");

    private protected Scratch Scratch { get; } = new();

    public void Dispose()
    {
        Scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static Resource Tree(string path, TreeFlags flags) => Resource.Tree("", [path], flags, []);

    private protected void Copies(TreeFlags flags, int seed = 1)
    {
        var copy = new TreeCopy { Seed = seed };
        copy.Run(Tree(From + "/.", flags), Tree(To, flags));
        Assert.Empty(copy.Source.Troubles);
        Assert.Empty(copy.Target.Troubles);
        Assert.Equal(Listing.Of(From, withTimes: true), Listing.Of(To, withTimes: true));
    }

    private protected string[] Names() => Listing.Names(To);

    private protected string From => Scratch["from"];

    private protected string To => Scratch["to"];
}

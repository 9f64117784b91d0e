using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>What the far end says that it has is remembered, up to a limit.</summary>
public sealed class InventoryTests
{
    private const TreeFlags Resume = TreeFlags.Recurse | TreeFlags.Resume;
    private static readonly byte[] Digest = PieceDigest.Of("x"u8);
    private readonly Ear _ear = new();

    [Fact]
    public void Only_what_was_said_is_known()
    {
        const int large = FileCursor.PieceSize + 10;
        var inventory = new Inventory(Resume | TreeFlags.Quick | TreeFlags.Compare, _ear.Warning);
        var (digest, other) = (PieceDigest.Of("a"u8), PieceDigest.Of("b"u8));
        Tell(inventory, File("small", 10, seconds: 5, digest: digest));
        Tell(inventory, File("dir/large", large, digest: digest));
        Tell(inventory, File("empty", 0));
        inventory.TryAdd(Hostile.Of(EntryKind.SymbolicLink, "link", "to"));
        inventory.TryAdd([]);
        Assert.Equal([true, true, false, true], [inventory.Has("small"), inventory.Has("link"), inventory.Has("dir"), inventory.HasWhole("empty", 0, [])]);
        Assert.Equal([true, false], [inventory.HasFile("small", ComparedMetadata(10, 5)), inventory.HasFile("small", ComparedMetadata(10, 6))]);
        Assert.Equal([true, false, false], [inventory.HasWhole("small", 10, digest), inventory.HasWhole("small", 11, digest), inventory.HasWhole("small", 10, other)]);
        Assert.Equal([true, false, false], [inventory.HasFile("dir/large", large), inventory.HasFile("dir/large", large + 1), inventory.HasFile("dir/larg", large)]);
        Assert.True(inventory.HasPiece("dir/large", 0, large, digest));
        Assert.Equal([false, false, false], [inventory.HasPiece("dir/large", 0, large, other), inventory.HasPiece("dir/large", 1, large, digest), inventory.HasPiece("dir/large", 0, large - 1, digest)]);
        Assert.Equal([true, false, false], [inventory.HasOther("link", EntryKind.SymbolicLink, "to"), inventory.HasOther("link", EntryKind.SymbolicLink, "t"), inventory.HasOther("link", EntryKind.Directory, "to")]);
    }

    [Fact]
    public void What_nobody_has_asked_for_is_the_rest()
    {
        var inventory = new Inventory(Resume | TreeFlags.Compare, _ear.Warning);
        for (var i = 0; i < 50_000; i++)
        {
            Tell(inventory, File(Name(i), i));
            Tell(inventory, File(Name(i), i));
        }

        inventory.TryAdd(Hostile.Of(EntryKind.Directory, ""));
        inventory.TryAdd([]);
        for (var i = 0; i < 50_000; i++)
        {
            Assert.Equal(i % 10 != 0, i % 10 != 0 && inventory.Has(Name(i)));
        }

        Assert.Equal(Enumerable.Range(0, 5000).Select(i => Name(i * 10)), inventory.Rest());
    }

    [Fact]
    public void A_far_end_that_has_no_end_is_not_waited_for_and_takes_no_more_memory()
    {
        var inventory = new Inventory(Resume, _ear.Warning, mostEntries: 1000);
        for (var i = 0; i < 2000; i++)
        {
            Tell(inventory, File(Name(i), 1, digest: Digest));
        }

        Assert.True(inventory.IsComplete);
        Assert.Single(_ear.Warnings);
        Assert.True(inventory.HasWhole(Name(999), 1, Digest));
        Assert.False(inventory.HasWhole(Name(1000), 1, Digest));
        Assert.True(inventory.TryAdd([]));
        Assert.False(inventory.TryAdd(File("late", 1)));
    }

    [Fact]
    public void The_same_over_and_over_again_comes_to_an_end_too()
    {
        var inventory = new Inventory(Resume, _ear.Warning, mostEntries: 1000);
        for (var i = 0; i < 1001; i++)
        {
            Tell(inventory, File("same", 1));
        }

        Assert.True(inventory.IsComplete);
    }

    [Fact]
    public void A_comparison_of_more_than_can_be_remembered_fails_and_does_not_guess()
    {
        var inventory = new Inventory(Resume | TreeFlags.Compare, _ear.Warning, mostNames: 1 << 20);
        var name = new string('n', 200);
        Assert.Equal(ExitCode.Objects, Assert.Throws<Failure>(() => Tell(inventory, Enumerable.Range(0, 6000).Select(i => File(name + Name(i), i)))).Code);
    }

    /// <summary>A target of an earlier version does not say what a deletion leaves, nor which files are one: nothing is claimed of that.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_old_target_that_says_less_is_understood(bool isNew)
    {
        var inventory = new Inventory(Resume | TreeFlags.Compare | TreeFlags.All | TreeFlags.Delete, _ear.Warning);
        Tell(inventory, Directory("gone", EntryMark.None));
        Tell(inventory, Directory("gone/deep", EntryMark.None));
        Tell(inventory, Looking("a", isNew ? "1:2" : ""));
        Tell(inventory, Looking("b", isNew ? "1 00" : ""));
        Tell(inventory, Hostile.Of(EntryKind.SymbolicLink, "link", "gone"));
        if (isNew)
        {
            Tell(inventory, Directory("gone/deep", EntryMark.Needed));
            Tell(inventory, Directory("link", EntryMark.Reached));
        }

        inventory.TryAdd([]);
        Assert.Equal(["gone", "gone/deep", "a", "b", "link"], inventory.Rest());
        Assert.Equal([isNew, isNew, false], [inventory.IsNeeded("gone"), inventory.IsNeeded("gone/deep"), inventory.IsNeeded("link")]);
        Assert.Equal([isNew, false], [inventory.IsReached("link"), inventory.IsReached("gone")]);
        Assert.Equal([true, false, isNew], [inventory.IsDirectory("gone"), inventory.IsDirectory("link"), inventory.HasOther("link", EntryKind.Directory, "")]);
        Assert.Equal(Aspects.None, inventory.Differing(Like("a", "5:6")) & ~Aspects.Attributes);
        Assert.Equal(isNew ? Aspects.Links | Aspects.Attributes : Aspects.None, inventory.Differing(Like("b", "5:6")));
    }

    /// <summary>A sender of an earlier version does not know the marks: it takes such an entry for one more of the directory, which is harmless.</summary>
    [Fact]
    public void A_mark_that_is_not_known_says_that_a_directory_is_there()
    {
        var inventory = new Inventory(Resume | TreeFlags.Compare, _ear.Warning);
        Tell(inventory, Directory("dir", EntryMark.None));
        Tell(inventory, Directory("dir", 99));
        inventory.TryAdd([]);

        Assert.Equal(["dir"], inventory.Rest());
        Assert.True(inventory.IsDirectory("dir"));
    }

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task A_million_files_take_less_than_50_MiB()
    {
        // In a process of its own: other tests have memory too.
        using var host = Processes.Start(Processes.HostCommand("inventory-memory", "1000000"));
        var said = await host.StandardOutput.ReadToEndAsync();
        Assert.InRange(long.Parse(said, CultureInfo.InvariantCulture), 1 << 20, 50L << 20);
    }

    /// <summary>The bytes that this many files take.</summary>
    internal static long Memory(int files)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var inventory = new Inventory(Resume, static warning => throw new InvalidOperationException(warning));
        for (var i = 0; i < files; i++)
        {
            Tell(inventory, File("a directory of some length/" + Name(i), 1, digest: Digest));
        }

        inventory.TryAdd([]);
        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(inventory.HasWhole("a directory of some length/" + Name(files - 1), 1, Digest));
        return taken;
    }

    private static string Name(int number) => "file" + number.ToString(CultureInfo.InvariantCulture);

    private static void Tell(Inventory inventory, byte[] entries) => Assert.True(inventory.TryAdd(entries));

    private static void Tell(Inventory inventory, IEnumerable<byte[]> entries)
    {
        foreach (var entry in entries)
        {
            Tell(inventory, entry);
        }
    }

    private static byte[] File(string path, long size, long seconds = 0, byte[]? digest = null) =>
        Hostile.Pack(new TreeEntry { Kind = EntryKind.Digests, Path = RawText.Encode(path), Size = size, Seconds = seconds, Span = size }, digest);

    private static byte[] Directory(string path, long mark) =>
        Hostile.Pack(new TreeEntry { Kind = EntryKind.Directory, Path = RawText.Encode(path), Size = mark }, null);

    /// <summary>A file of the target, with mode, time and attributes, and which file it is.</summary>
    private static byte[] Looking(string path, string text) => Hostile.Pack(
        new TreeEntry { Kind = EntryKind.Digests, Path = RawText.Encode(path), Text = RawText.Encode(text), Attributes = PieceDigest.Of([]), Owner = uint.MaxValue }, null);

    /// <summary>The same of the source.</summary>
    private static TreeEntry Like(string path, string identity) => new()
    {
        Kind = EntryKind.File,
        Path = RawText.Encode(path),
        Attributes = (byte[])[.. PieceDigest.Of([]), .. PieceDigest.Of([]), .. RawText.Encode(identity)],
    };

    private static FileStatus ComparedMetadata(long size, long seconds) => default(FileStatus) with { Size = size, ModifiedSeconds = seconds };
}

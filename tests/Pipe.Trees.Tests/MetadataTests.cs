using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees.Tests;

public sealed class MetadataTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly Ear _ear = new();

    [Theory]
    [InlineData((int)TreeFlags.None, 0xD69, 0x1A4, false)]
    [InlineData((int)TreeFlags.Keep, 0xD69, 0x169, true)]
    [InlineData((int)TreeFlags.Keep, 0xFFF, 0x3FF, true)]
    [InlineData((int)TreeFlags.All, 0xD69, 0xD69, true)]
    [InlineData((int)TreeFlags.All, 0xFFF, 0xFFF, true)]
    public void Only_what_the_flags_ask_for_is_set(int flags, int of, int mode, bool hasTime)
    {
        using var fd = Fd.Open(_scratch["file"], OpenFlags.ReadWrite | OpenFlags.Create, 0x1A4);
        fd.ChangeMode(0x1A4);
        var own = FileStatus.Of(fd);
        new Metadata((uint)of, own.Owner, own.Group, 1_000_000_000, 5, []).Put(fd, (TreeFlags)flags, _ear.ItemError);
        var status = FileStatus.Of(fd);
        Assert.Equal((uint)mode, status.Permissions);
        Assert.Equal(hasTime, (status.ModifiedSeconds, status.ModifiedNanoseconds) == (1_000_000_000, 5u));
        Assert.Empty(_ear.ItemErrors);
    }

    [FactNotAsRoot]
    public void What_cannot_be_given_away_does_not_become_set_user_id()
    {
        using var fd = Fd.Open(_scratch["file"], OpenFlags.ReadWrite | OpenFlags.Create, 0x1A4);
        var own = FileStatus.Of(fd);
        new Metadata(0xDED, own.Owner + 1, own.Group, 0, 0, []).Put(fd, TreeFlags.All, _ear.ItemError);
        Assert.Equal(0x5EDu, FileStatus.Of(fd).Permissions);
        new Metadata(0xDED, own.Owner, 0, 0, 0, []).Put(fd, TreeFlags.All, _ear.ItemError);
        Assert.Equal(0x9EDu, FileStatus.Of(fd).Permissions);
        Assert.Empty(_ear.ItemErrors);
    }

    [Fact]
    public void Metadata_that_the_file_system_refuses_are_an_error_and_the_file_stays()
    {
        using var fd = Fd.Open(_scratch["file"], OpenFlags.ReadWrite | OpenFlags.Create, 0x1A4);
        new Metadata(0x1A4, 0, 0, 0, 0, [3, 0, 0, 0, .. "foo"u8]).Put(fd, TreeFlags.All, _ear.ItemError);
        Assert.Single(_ear.ItemErrors);
    }

    public void Dispose() => _scratch.Dispose();
}

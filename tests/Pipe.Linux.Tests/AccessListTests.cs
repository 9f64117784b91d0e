namespace Pipe.Linux.Tests;

/// <summary>Access control lists as setfacl(1) would make them, and what permission bits become of them.</summary>
public sealed class AccessListTests
{
    private const ushort Owner = 1, User = 2, OwningGroup = 4, Group = 8, Mask = 0x10, Others = 0x20;

    [Fact]
    public void Without_a_mask_the_bits_of_the_group_are_its_own()
    {
        var list = List((Owner, 7, 0), (OwningGroup, 5, 0), (Others, 1, 0));
        Assert.Equal((0x1E9u, 0x1E9u), (list.Mode, list.ModeWithout));
    }

    [Fact]
    public void With_a_mask_they_are_the_mask_and_without_the_list_what_the_group_really_has()
    {
        var list = List((Owner, 6, 0), (User, 7, 1234), (OwningGroup, 4, 0), (Mask, 6, 0), (Others, 0, 0));
        Assert.Equal((0x1B0u, 0x1A0u), (list.Mode, list.ModeWithout));
        var masked = List((Owner, 6, 0), (User, 7, 1234), (OwningGroup, 7, 0), (Mask, 4, 0), (Others, 0, 0));
        Assert.Equal((0x1A0u, 0x1A0u), (masked.Mode, masked.ModeWithout));
    }

    [Fact]
    public void Another_group_gets_what_others_had_and_others_lose_what_the_group_did_not_have()
    {
        var list = List((Owner, 6, 0), (User, 6, 1234), (OwningGroup, 5, 0), (Group, 7, 99), (Mask, 6, 0), (Others, 7, 0)).WithoutGroup();
        var expected = List((Owner, 6, 0), (User, 6, 1234), (OwningGroup, 7, 0), (Group, 7, 99), (Mask, 6, 0), (Others, 4, 0));
        Assert.Equal(expected.Bytes.ToArray(), list.Bytes.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0100000001000700FFFFFFFF")]
    [InlineData("02000000010007")]
    public void What_is_no_list_is_none(string bytes) => Assert.Null(AccessList.Of(Convert.FromHexString(bytes)));

    [Fact]
    public void A_file_without_one_has_none()
    {
        using var scratch = new Scratch();
        using var fd = scratch.Create("file");
        Assert.Null(AccessList.Of(fd));
    }

    [FactNeeding(Need.Attributes)]
    public void A_file_gets_it_and_loses_it()
    {
        using var scratch = new Scratch();
        using var fd = scratch.Create("file");
        fd.ChangeMode(0x180);
        var list = List((Owner, 6, uint.MaxValue), (User, 6, 1234), (OwningGroup, 4, uint.MaxValue), (Mask, 6, uint.MaxValue), (Others, 0, uint.MaxValue));
        Assert.True(list.TryPut(fd));
        Assert.Equal(list.Mode, FileStatus.Of(fd).Permissions);
        Assert.Equal(list.Bytes.ToArray(), AccessList.Of(fd)!.Bytes.ToArray());
        AccessList.Remove(fd);
        Assert.Null(AccessList.Of(fd));
    }

    private static AccessList List(params (ushort Tag, ushort Permissions, uint Id)[] entries)
    {
        byte[] bytes = [2, 0, 0, 0, .. entries.SelectMany(entry => (byte[])[.. BitConverter.GetBytes(entry.Tag), .. BitConverter.GetBytes(entry.Permissions), .. BitConverter.GetBytes(entry.Id)])];
        return AccessList.Of(bytes)!;
    }
}

namespace Pipe.Linux.Tests;

public class FileTraitsTests
{
    private const int Room = 4096;

    [Fact]
    public void Times_are_kept_to_the_nanosecond_before_1970_too()
    {
        using var scratch = new Scratch();
        using var fd = scratch.Create("file");
        foreach (var (seconds, nanoseconds) in new[] { (1_700_000_000L, 123_456_789u), (-1L, 999_999_999u), (0L, 0u) })
        {
            fd.SetTime(seconds, nanoseconds);
            var status = FileStatus.Of(fd);
            Assert.Equal((seconds, nanoseconds), (status.ModifiedSeconds, status.ModifiedNanoseconds));
        }
    }

    [FactNeeding(Need.Attributes)]
    public void Attributes_come_back_as_they_were()
    {
        using var scratch = new Scratch();
        using var from = scratch.Create("from");
        using var to = scratch.Create("to");
        byte[] packed = [8, 0, 3, 0, .. "user.one"u8, 0, 255, 10, 8, 0, 0, 0, .. "user.two"u8];
        from.SetAttributes(packed);
        var read = from.Attributes(Room);
        to.SetAttributes(read);
        Assert.Equal(packed.Length, read.Length);
        Assert.Equal(read, to.Attributes(Room));
    }

    [FactNeeding(Need.Attributes)]
    public void What_does_not_fit_the_limit_is_left_out_and_named()
    {
        using var scratch = new Scratch();
        using var fd = scratch.Create("file");
        fd.SetAttributes([8, 0, 3, 0, .. "user.one"u8, 1, 2, 3]);
        var left = new List<LinuxException>();
        Assert.Empty(fd.Attributes(14, left.Add));
        Assert.Contains("cannot be kept", Assert.Single(left).Message, StringComparison.Ordinal);
        Assert.Equal(15, fd.Attributes(15).Length);
    }

    [Fact]
    public void A_file_without_attributes_has_none()
    {
        using var scratch = new Scratch();
        using var fd = scratch.Create("file");
        Assert.Empty(fd.Attributes(Room));
        fd.SetAttributes([]);
    }

    public static TheoryData<string> Garbage =>
    [
        "01",
        "01000000",
        "00000000",
        "FFFFFFFF0000",
        "00010000" + new string('0', 512),
        "0200C800010203",
        "03000000666F6F",
    ];

    [Theory]
    [MemberData(nameof(Garbage))]
    public void Attributes_that_are_none_are_refused(string packed)
    {
        using var scratch = new Scratch();
        using var fd = scratch.Create("file");
        Assert.Throws<LinuxException>(() => fd.SetAttributes(Convert.FromHexString(packed)));
    }

    [Fact]
    public void An_owner_of_ours_can_be_set()
    {
        using var scratch = new Scratch();
        using var fd = scratch.Create("file");
        var status = FileStatus.Of(fd);
        fd.SetOwner(status.Owner, status.Group);
        Assert.Equal((status.Owner, status.Group), (FileStatus.Of(fd).Owner, FileStatus.Of(fd).Group));
    }

    [Fact]
    public void A_stretch_is_copied_to_the_same_place()
    {
        using var scratch = new Scratch();
        var bytes = new byte[300_000];
        new Random(1).NextBytes(bytes);
        using var from = scratch.Create("from", bytes);
        using var to = scratch.Create("to");
        from.CopyTo(to, 5000, 200_001);
        var copied = new byte[205_001];
        Assert.Equal(copied.Length, to.ReadAt(copied, 0));
        Assert.Equal(bytes[5000..205_001], copied[5000..]);
        Assert.Equal(new byte[5000], copied[..5000]);
    }

    [Fact]
    public void A_stretch_that_ends_behind_the_file_cannot_be_copied()
    {
        using var scratch = new Scratch();
        using var from = scratch.Create("from", new byte[100]);
        using var to = scratch.Create("to");
        Assert.Throws<LinuxException>(() => from.CopyTo(to, 50, 51));
    }

    [Fact]
    public void A_lock_is_one_open_files_until_it_is_closed()
    {
        using var scratch = new Scratch();
        using var one = scratch.Create("file");
        using var other = Fd.Open(scratch["file"], OpenFlags.ReadWrite);
        Assert.True(one.TryLock());
        Assert.True(one.TryLock());
        Assert.False(other.TryLock());
        one.Dispose();
        Assert.True(other.TryLock());
    }

    [FactNeeding(Need.Holes)]
    public void A_stretch_reads_as_zeros_once_it_is_zeroed()
    {
        using var scratch = new Scratch();
        using var fd = scratch.Create("file", [.. Enumerable.Repeat((byte)7, 200_000)]);
        fd.Zero(1000, 150_000);
        var bytes = new byte[200_000];
        fd.ReadAt(bytes, 0);
        Assert.Equal((151_000, 7, 0, 0, 7), (bytes.AsSpan(1000).IndexOf((byte)7) + 1000, bytes[999], bytes[1000], bytes[150_999], bytes[151_000]));
    }

    [Fact]
    public void What_cannot_have_holes_is_zeroed_by_hand()
    {
        using var device = Fd.Open("/dev/null", OpenFlags.WriteOnly);
        device.Zero(0, 200_000);
    }
}

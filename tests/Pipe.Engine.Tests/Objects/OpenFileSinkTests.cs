using Pipe.Linux;

namespace Pipe.Engine.Tests;

/// <summary>A file that is open as standard output, to which other processes write too.</summary>
public sealed class OpenFileSinkTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private string Name => _scratch["file"];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void It_is_written_from_where_it_stands_and_left_after_the_last_byte()
    {
        File.WriteAllText(Name, "0123456789");
        using var fd = Fd.Open(Name, OpenFlags.WriteOnly);
        using var sink = new OpenFileSink(fd.Duplicate());
        fd.SetPosition(3);

        sink.Write("abc"u8, 0);
        sink.Commit(3);

        Assert.Equal("012abc6789", File.ReadAllText(Name));
        Assert.Equal(6, fd.Position());
    }

    [Fact]
    public void The_writes_of_others_to_the_same_open_file_stay()
    {
        File.WriteAllText(Name, "");
        using var fd = Fd.Open(Name, OpenFlags.WriteOnly);
        using var sink = new OpenFileSink(fd.Duplicate());

        fd.WriteAll("one "u8);
        sink.Write("two "u8, 0);
        fd.WriteAll("three "u8);
        sink.Write("four "u8, 4);
        fd.WriteAll("five "u8);
        sink.Commit(9);
        fd.WriteAll("six"u8);

        Assert.Equal("one two three four five six", File.ReadAllText(Name));
    }

    [Fact]
    public void A_hole_at_the_end_makes_it_longer_and_takes_no_space()
    {
        const int length = 8 << 20;
        File.WriteAllText(Name, "");
        using var fd = Fd.Open(Name, OpenFlags.WriteOnly);
        using var sink = new OpenFileSink(fd.Duplicate());

        sink.Write("abc"u8, 0);
        sink.Hole(3, length);
        sink.Commit(3 + length);

        Assert.Equal((3 + length, 3 + length), (new FileInfo(Name).Length, fd.Position()));
        Assert.InRange(FileStatus.Of(fd).Blocks, 0, 256);
    }

    [Fact]
    public void A_hole_wipes_what_is_there()
    {
        File.WriteAllText(Name, "0123456789");
        using var fd = Fd.Open(Name, OpenFlags.WriteOnly);
        using var sink = new OpenFileSink(fd.Duplicate());

        sink.Hole(0, 4);
        sink.Commit(4);

        Assert.Equal("\0\0\0\0456789", File.ReadAllText(Name));
    }
}

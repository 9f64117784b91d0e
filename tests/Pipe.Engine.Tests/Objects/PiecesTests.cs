using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>A stream in numbered files.</summary>
public sealed class PiecesTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private string Name => _scratch["p"];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void The_files_are_one_source_up_to_the_first_gap()
    {
        Write("p_0", "abc");
        Write("p_1", "");
        Write("p_2", "defgh");
        Write("p_4", "not reached");
        using var source = PiecesSource.Open(Name);
        Assert.Equal(8, source.Size);
        var bytes = new byte[6];
        source.Read(bytes, 1);
        Assert.Equal("bcdefg"u8.ToArray(), bytes);
        source.Finish();
    }

    [Fact]
    public void Holes_are_found_across_the_files()
    {
        using (var file = File.Create(_scratch["p_0"]))
        {
            file.SetLength(1 << 20);
        }

        Write("p_1", new string('x', 5000));
        using var source = PiecesSource.Open(Name);
        Assert.Equal(1 << 20, source.NextData(0));
        Assert.Equal(1 << 20, source.NextData(1 << 20));
        Assert.Equal(0, source.NextHole(0));
        Assert.Equal(source.Size, source.NextHole(1 << 20));
    }

    [Fact]
    public void Without_the_first_file_there_is_no_source() =>
        Assert.Equal($"{Name}_0: no such file or directory", Assert.Throws<Failure>(() => PiecesSource.Open(Name)).Message);

    [Fact]
    public void A_stream_becomes_files_of_a_size_that_appear_together()
    {
        using var sink = new PiecesSink(Name, 4);
        sink.Write("0123456"u8, 0);
        sink.Write("789"u8, 7);
        Assert.DoesNotContain(_scratch.Names, static name => name.StartsWith('p'));
        sink.Commit(10);
        Assert.Equal(["p_0", "p_1", "p_2"], _scratch.Names);
        Assert.Equal(["0123", "4567", "89"], _scratch.Names.Select(name => File.ReadAllText(_scratch[name])));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    [InlineData(8, 2)]
    public void The_last_file_is_never_empty_but_for_an_empty_stream(int size, int files)
    {
        using var sink = new PiecesSink(Name, 4);
        sink.Write(new byte[size], 0);
        sink.Commit(size);
        Assert.Equal(files, _scratch.Names.Length);
    }

    [Fact]
    public void A_file_that_exists_is_not_replaced()
    {
        Write("p_1", "old");
        using var sink = new PiecesSink(Name, 4);
        Assert.Equal($"{Name}_1: exists already", Assert.Throws<Failure>(() => sink.Write("0123456"u8, 0)).Message);
        sink.Abort();
        Assert.Equal(["p_1"], _scratch.Names);
        Write("p_0", "old");
        Assert.Throws<Failure>(() => new PiecesSink(Name, 4));
    }

    [Fact]
    public void A_copy_that_fails_leaves_nothing()
    {
        using (var sink = new PiecesSink(Name, 4))
        {
            sink.Write("0123456"u8, 0);
        }

        Assert.Empty(_scratch.Names);
    }

    private void Write(string name, string text) => File.WriteAllText(_scratch[name], text);
}

using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class FileSourceTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private string Name => _scratch["source"];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void It_gives_the_bytes_at_any_offset_and_ends_well()
    {
        File.WriteAllText(Name, "0123456789");
        using var source = Open();
        Span<byte> bytes = stackalloc byte[4];

        source.Read(bytes, 5);

        Assert.Equal("5678"u8, bytes);
        Assert.Equal(10, source.Size);
        source.Finish();
    }

    [Fact]
    public void A_file_that_grew_is_a_failure()
    {
        File.WriteAllText(Name, "0123456789");
        using var source = Open();

        File.AppendAllText(Name, "x");

        AssertChanged(source.Finish);
    }

    [Fact]
    public void A_file_that_shrank_is_a_failure_when_read_and_at_the_end()
    {
        File.WriteAllText(Name, "0123456789");
        using var source = Open();

        using (var file = File.OpenWrite(Name))
        {
            file.SetLength(5);
        }

        AssertChanged(() => source.Read(new byte[10], 0));
        AssertChanged(source.Finish);
    }

    [Fact]
    public void A_file_that_was_written_in_the_middle_is_a_failure()
    {
        File.WriteAllText(Name, "0123456789");
        File.SetLastWriteTimeUtc(Name, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        using var source = Open();

        using (var file = File.OpenWrite(Name))
        {
            file.Write("x"u8);
        }

        AssertChanged(source.Finish);
    }

    [Fact]
    public void A_file_whose_name_vanished_is_read_to_its_end()
    {
        File.WriteAllText(Name, "0123456789");
        using var source = Open();

        File.Delete(Name);

        source.Read(new byte[10], 0);
        source.Finish();
    }

    [Fact]
    public void A_file_that_is_not_there_or_a_directory_is_named_in_the_failure()
    {
        Assert.Contains(Name, Assert.Throws<Failure>(() => Opening.Source(Resource.File("", Name), Place.Local, _ => { })).Message, StringComparison.Ordinal);
        Assert.Contains("is a directory", Assert.Throws<Failure>(() => Opening.Source(Resource.File("", _scratch.Directory), Place.Local, _ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Holes_are_found_where_they_are()
    {
        const int mega = 1024 * 1024;
        using (var file = File.OpenHandle(Name, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, new byte[] { 1 }, 2 * mega);
            RandomAccess.SetLength(file, 4 * mega);
        }

        using var source = Open();

        Assert.Equal(2 * mega, source.NextData(0));
        Assert.Equal(2 * mega, source.NextData(2 * mega));
        Assert.InRange(source.NextHole(2 * mega), (2 * mega) + 1, 3 * mega);
        Assert.Equal(4 * mega, source.NextData(3 * mega));
        Assert.Equal(4 * mega, source.Size);
    }

    [Fact]
    public void A_file_without_holes_is_all_data()
    {
        File.WriteAllBytes(Name, new byte[100_000]);
        using var source = Open();

        Assert.Equal(0, source.NextData(0));
        Assert.Equal(100_000, source.NextHole(0));
        Assert.Equal(77, source.NextData(77));
    }

    [Fact]
    public void Standard_input_is_read_from_where_it_stands_and_left_at_its_end()
    {
        File.WriteAllText(Name, "0123456789");
        using var fd = Fd.Open(Name, OpenFlags.ReadOnly);
        fd.SetPosition(3);
        using var source = new FileSource(fd.Duplicate(), FileStatus.Of(fd), fd.Position(), isStandardInput: true);
        Span<byte> bytes = stackalloc byte[2];

        source.Read(bytes, 0);

        Assert.Equal(7, source.Size);
        Assert.Equal("34"u8, bytes);
        Assert.Equal(Terms.NoMode, source.Mode);
        source.Finish();
        Assert.Equal(10, fd.Position());
    }

    [Fact]
    public void It_passes_on_the_permission_bits()
    {
        File.WriteAllText(Name, "x");
        File.SetUnixFileMode(Name, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
        using var source = Open();

        Assert.Equal(Convert.ToInt32("740", 8), source.Mode);
    }

    [Fact]
    public void An_empty_file_and_one_of_proc_are_read_as_they_come()
    {
        File.WriteAllText(Name, "");

        using var empty = Opening.Source(Resource.File("", Name), Place.Local, _ => { });
        using var status = Opening.Source(Resource.File("/proc/self", "status"), Place.Local, _ => { });

        Assert.Equal(0, Assert.IsType<PipeSource>(empty).Read(new byte[10]));
        Assert.True(Assert.IsType<PipeSource>(status).Read(new byte[10]) > 0);
    }

    private static void AssertChanged(Action action)
    {
        var failure = Assert.Throws<Failure>(action);
        Assert.Equal(ExitCode.Objects, failure.Code);
        Assert.Contains("while it was read", failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Hint);
    }

    [Fact]
    public void A_file_that_cannot_be_asked_any_more_is_a_failure_in_the_users_words()
    {
        File.WriteAllText(Name, "x");
        var fd = Fd.Open(Name, OpenFlags.ReadOnly);
        using var source = new FileSource(fd, FileStatus.Of(fd));

        fd.Dispose();

        Assert.Equal(ExitCode.Objects, Assert.Throws<Failure>(source.Finish).Code);
    }

    private FileSource Open() => Assert.IsType<FileSource>(Opening.Source(Resource.File("", Name), Place.Local, _ => { }));
}

using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>An archive is the stream that it was made of, or the part that is asked for; what is wrong with a fragment is told by its name and place.</summary>
public sealed class ArchiveSourceTests : IDisposable
{
    private const int Fragment = 100_000;
    private const int Size = (3 * Fragment) + 12_345;
    private readonly Scratch _scratch = new();
    private readonly byte[] _stream = SampleArchive.Stream(Size);

    public ArchiveSourceTests() => SampleArchive.Sink(_scratch.Directory, "x", _stream, Fragment);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void All_of_it_is_what_was_stored()
    {
        Assert.Equal(["x.000000", "x.000001", "x.000002", "x.000003", "x.manifest"], _scratch.Names);
        Assert.Equal(_stream, Read(new Archiving()));
    }

    [Fact]
    public void From_any_fragment_on()
    {
        for (var first = 1; first <= 4; first++)
        {
            Assert.Equal(_stream[((first - 1) * Fragment)..], Read(new Archiving { First = first }));
        }
    }

    [Fact]
    public void Any_stretch_of_bytes_also_at_the_edges_of_fragments()
    {
        long[] edges = [0, 1, Fragment - 1, Fragment, Fragment + 1, (2 * Fragment) - 1, 3 * Fragment, Size - 1, Size];
        foreach (var from in edges)
        {
            foreach (var to in edges.Where(to => to >= from))
            {
                Assert.Equal(_stream[(int)from..(int)to], Read(new Archiving { Offset = from, Length = to - from }));
            }

            Assert.Equal(_stream[(int)from..], Read(new Archiving { Offset = from }));
        }
    }

    [Theory]
    [InlineData(Size + 1, Archiving.ToTheEnd)]
    [InlineData(0, Size + 1)]
    [InlineData(Size, 1)]
    [InlineData(1, long.MaxValue)]
    public void Bytes_that_it_does_not_have_are_a_failure_at_once(long offset, long length) =>
        Assert.Equal(ExitCode.Objects, Assert.Throws<Failure>(() => Open(new Archiving { Offset = offset, Length = length })).Code);

    [Fact]
    public void A_fragment_that_it_does_not_have_is_a_failure_at_once() =>
        Assert.Equal(ExitCode.Objects, Assert.Throws<Failure>(() => Open(new Archiving { First = 5 })).Code);

    [Fact]
    public void Only_fragments_that_are_needed_have_to_be_there()
    {
        File.Delete(_scratch["x.000000"]);
        File.Delete(_scratch["x.000003"]);

        Assert.Equal(_stream[(Fragment + 5)..((3 * Fragment) - 5)], Read(new Archiving { Offset = Fragment + 5, Length = (2 * Fragment) - 10 }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_byte_that_has_changed_is_told_with_the_fragment_and_its_place_in_the_stream(int number)
    {
        var size = (int)new FileInfo(Path(number)).Length;
        foreach (var at in (int[])[0, size / 2, size - 1])
        {
            var bytes = File.ReadAllBytes(Path(number));
            bytes[at] ^= 0x10;
            File.WriteAllBytes(Path(number), bytes);

            var failure = Assert.Throws<Failure>(() => Read(new Archiving()));
            Assert.Equal(ExitCode.Integrity, failure.Code);
            Assert.Contains($"{Path(number)}: ", failure.Message, StringComparison.Ordinal);
            Assert.Contains($"bytes {number * Fragment}-{(number * Fragment) + size - 1} ", failure.Message, StringComparison.Ordinal);
            bytes[at] ^= 0x10;
            File.WriteAllBytes(Path(number), bytes);
        }
    }

    [Fact]
    public void Damage_outside_the_stretch_but_within_its_fragment_is_found()
    {
        var bytes = File.ReadAllBytes(Path(1));
        bytes[Fragment - 1] ^= 1;
        File.WriteAllBytes(Path(1), bytes);

        Assert.Equal(ExitCode.Integrity, Assert.Throws<Failure>(() => Read(new Archiving { Offset = Fragment + 10, Length = 10 })).Code);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-Fragment)]
    public void A_fragment_of_another_size_is_told_before_a_byte_of_it_goes_out(int more)
    {
        using (var file = File.OpenWrite(Path(2)))
        {
            file.SetLength(Fragment + more);
        }

        var read = new MemoryStream();
        var failure = Assert.Throws<Failure>(() => Read(new Archiving(), read));

        Assert.Equal(ExitCode.Integrity, failure.Code);
        Assert.Contains($"{Path(2)}: has {Fragment + more} bytes, and {Fragment} by the manifest", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2 * Fragment, read.Length);
    }

    [Fact]
    public void A_missing_fragment_is_told_by_its_name()
    {
        File.Delete(Path(1));

        var failure = Assert.Throws<Failure>(() => Read(new Archiving()));

        Assert.Equal(ExitCode.Objects, failure.Code);
        Assert.Contains(Path(1), failure.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("mkfifo x.000001", "is a fifo and not a file", ExitCode.Integrity)]
    [InlineData("mkdir x.000001", "is a directory and not a file", ExitCode.Integrity)]
    [InlineData("ln -s /dev/zero x.000001", "is a device and not a file", ExitCode.Integrity)]
    [InlineData("ln -s x.000001 x.000001", "too many levels of symbolic links", ExitCode.Objects)]
    [InlineData("truncate -s 100000 x.000001", "may be on tape, it takes no space on disk: the data read differ from those stored", ExitCode.Objects)]
    public async Task What_is_no_file_in_the_place_of_a_fragment_is_told_and_so_is_one_that_may_be_on_tape(string command, string cause, object code)
    {
        File.Delete(Path(1));
        Listing.Shell(_scratch.Directory, command);

        var failure = await Assert.ThrowsAsync<Failure>(() => Limit.Of(() => Read(new Archiving())));
        Assert.Equal((code, $"{Path(1)}: {cause}"), (failure.Code, failure.Message));
        Assert.Equal(cause.Contains("tape", StringComparison.Ordinal), failure.Hint.Contains("-hsm", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_missing_fragment_is_not_waited_for_as_if_it_were_on_tape()
    {
        File.Delete(Path(1));
        var archiving = new Archiving { System = "cmd", Commands = "\0for f in {}; do test -e $f && echo resident || echo unknown; done\0\0true" };
        var failure = await Assert.ThrowsAsync<Failure>(() => Limit.Of(() => Read(archiving)));
        Assert.Equal($"{Path(1)}: no such file or directory", failure.Message);
    }

    [Fact]
    public void Fragments_that_are_right_and_not_the_stream_are_told_before_its_end()
    {
        var archive = new ArchiveName(_scratch.Directory, "x");
        var manifest = Manifest.Read(archive);
        File.Delete(archive.Manifest);
        using (var other = new ManifestFile(archive, SpaceRetry.None))
        {
            other.Begin(manifest.Head);
            foreach (var fragment in manifest.Fragments)
            {
                other.Add(fragment);
            }

            other.Close(manifest.End! with { Stream = manifest.End.Stream with { Low = manifest.End.Stream.Low ^ 1 } });
        }

        var all = new MemoryStream();
        var failure = Assert.Throws<Failure>(() => Read(new Archiving(), all));
        Assert.Equal(ExitCode.Integrity, failure.Code);
        Assert.StartsWith($"{archive.Path}: is not the stream that was stored", failure.Message, StringComparison.Ordinal);
        Assert.True(all.Length < Size);
        Assert.Equal(_stream[1..], Read(new Archiving { Offset = 1 }));
    }

    [Fact]
    public void An_empty_archive_is_an_empty_stream()
    {
        SampleArchive.Sink(_scratch.Directory, "empty", [], Fragment);

        using var source = new ArchiveSource(Resource.Archive([_scratch.Directory], "empty"), new Archiving(), 0, _ => { });
        Assert.Equal(0, source.Size);
        Assert.Equal(0, source.Read(new byte[10]));
    }

    [Fact]
    public void Fragments_without_a_closing_line_are_no_archive()
    {
        SampleArchive.Sink(_scratch.Directory, "cut", _stream, Fragment, isCut: true);

        var failure = Assert.Throws<Failure>(() => new ArchiveSource(Resource.Archive([_scratch.Directory], "cut"), new Archiving(), 0, _ => { }));

        Assert.Equal(ExitCode.Objects, failure.Code);
        Assert.Contains("not complete", failure.Message, StringComparison.Ordinal);
    }

    private string Path(int number) => _scratch[$"x.{number:d6}"];

    private ArchiveSource Open(Archiving archiving) => new(Resource.Archive([_scratch.Directory], "x"), archiving, 0, _ => { });

    private byte[] Read(Archiving archiving)
    {
        var all = new MemoryStream();
        Read(archiving, all);
        return all.ToArray();
    }

    private void Read(Archiving archiving, MemoryStream to)
    {
        using var source = Open(archiving);
        var buffer = new byte[33_333];
        while (source.Read(buffer) is var count and > 0)
        {
            to.Write(buffer, 0, count);
        }

        source.Finish();
        Assert.Equal(source.Size, to.Length);
    }
}

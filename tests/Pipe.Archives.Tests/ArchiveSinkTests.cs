using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>What is there already when an archive is to be written: complete ones and strangers' files are never touched, cut ones go on or begin anew.</summary>
public sealed class ArchiveSinkTests : IDisposable
{
    private const int Fragment = 100_000;
    private readonly Scratch _scratch = new();
    private readonly byte[] _stream = SampleArchive.Stream((3 * Fragment) + 12_345);

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("x")]
    [InlineData(".x")]
    [InlineData("new\nline\\")]
    public void A_complete_archive_is_not_touched(string name)
    {
        SampleArchive.Sink(_scratch.Directory, name, _stream, Fragment);
        var before = Listing.Of(_scratch.Directory, withTimes: true);

        Assert.Equal(ExitCode.Objects, Assert.Throws<Failure>(() => SampleArchive.Sink(_scratch.Directory, name, _stream, Fragment)).Code);
        SampleArchive.Sink(_scratch.Directory, name, _stream, Fragment, resumes: true);
        Assert.Equal(ExitCode.Integrity, Assert.Throws<Failure>(() => SampleArchive.Sink(_scratch.Directory, name, [.. _stream, 0], Fragment, resumes: true)).Code);

        Assert.Equal(before, Listing.Of(_scratch.Directory, withTimes: true));
    }

    [Theory]
    [InlineData("x")]
    [InlineData(".x")]
    public void A_fragment_that_no_manifest_speaks_of_is_not_touched(string name)
    {
        File.WriteAllText(_scratch[name + ".000002"], "somebody's");

        foreach (var resumes in (bool[])[false, true, false])
        {
            var failure = Assert.Throws<Failure>(() => SampleArchive.Sink(_scratch.Directory, name, _stream, Fragment, resumes: resumes));
            Assert.Equal(ExitCode.Objects, failure.Code);
            Assert.Contains(name + ".000002", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal([name + ".000002"], _scratch.Names);
        Assert.Equal("somebody's", File.ReadAllText(_scratch[name + ".000002"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_complete_archive_whose_manifest_is_damaged_is_not_touched(bool resumes)
    {
        SampleArchive.Sink(_scratch.Directory, "x", _stream, Fragment);
        var lines = File.ReadAllLines(_scratch["x.manifest"]);
        File.WriteAllLines(_scratch["x.manifest"], lines.Select((line, i) => i == 6 ? "?" + line[1..] : line));
        var before = Listing.Of(_scratch.Directory, withTimes: true);

        Assert.Equal(ExitCode.Integrity, Assert.Throws<Failure>(() => SampleArchive.Sink(_scratch.Directory, "x", _stream, Fragment, resumes: resumes)).Code);

        Assert.Equal(before, Listing.Of(_scratch.Directory, withTimes: true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_archive_of_that_name_on_another_shelf_is_not_touched(bool isComplete)
    {
        var (first, second) = (Directory.CreateDirectory(_scratch["first"]).FullName, Directory.CreateDirectory(_scratch["second"]).FullName);
        SampleArchive.Sink(second, "x", _stream, Fragment, isCut: !isComplete);
        SampleArchive.Sink(first, "x", _stream, Fragment, isCut: true);
        var before = Listing.Of(second, withTimes: true);

        var archiving = new Archiving { Fragment = Fragment, Flags = ArchivingFlags.Resume };
        Assert.Equal(ExitCode.Objects, Assert.Throws<Failure>(() => new ArchiveSink(Resource.Archive([first, second], "x"), archiving, new SpaceRetry(0, _ => { }), _ => { })).Code);

        Assert.Equal(before, Listing.Of(second, withTimes: true));
    }

    [Theory]
    [InlineData("x")]
    [InlineData(".x")]
    [InlineData("new\nline\\")]
    public void A_cut_one_goes_on_behind_its_last_complete_fragment(string name)
    {
        SampleArchive.Sink(_scratch.Directory, name, _stream[..(2 * Fragment)], Fragment, isCut: true);
        Assert.True(KeptOf(name) >= 1);

        SampleArchive.Sink(_scratch.Directory, name, _stream, Fragment, resumes: true);

        AssertWhole(name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_cut_one_goes_on_in_front_of_a_fragment_that_is_gone(int gone)
    {
        SampleArchive.Sink(_scratch.Directory, "x", _stream[..(3 * Fragment)], Fragment, isCut: true);
        var lines = File.ReadAllLines(_scratch["x.manifest"]).Where(line => gone > 0 && line.EndsWith("  x.000000", StringComparison.Ordinal)).ToArray();
        File.Delete(_scratch[$"x.{gone:D6}"]);

        SampleArchive.Sink(_scratch.Directory, "x", _stream, Fragment, resumes: true);

        AssertWhole("x");
        Assert.Subset(File.ReadAllLines(_scratch["x.manifest"]).ToHashSet(), lines.ToHashSet());
    }

    [Fact]
    public void A_cut_one_stays_as_it_is_if_it_is_not_to_go_on()
    {
        SampleArchive.Sink(_scratch.Directory, "x", _stream[..(2 * Fragment)], Fragment, isCut: true);
        var before = Listing.Of(_scratch.Directory, withTimes: true);

        Assert.Equal(ExitCode.Objects, Assert.Throws<Failure>(() => SampleArchive.Sink(_scratch.Directory, "x", _stream, Fragment)).Code);

        Assert.Equal(before, Listing.Of(_scratch.Directory, withTimes: true));
    }

    [Fact]
    public void One_that_was_cut_before_it_had_a_fragment_leaves_nothing()
    {
        SampleArchive.Sink(_scratch.Directory, "x", _stream[..(Fragment / 2)], Fragment, isCut: true);
        Assert.Empty(_scratch.Names);
    }

    [Fact]
    public async Task Who_waits_for_one_that_leaves_nothing_writes_a_manifest_with_a_name()
    {
        var archive = new ArchiveName(_scratch.Directory, "x");
        var first = new ManifestFile(archive, SpaceRetry.None);
        first.Begin(SampleArchive.Head("x"));
        var isFree = false;
        var second = Task.Run(() => SampleArchive.OpenManifest(archive, () => Volatile.Read(ref isFree)));
        await Task.Delay(50);
        first.Dispose();
        Volatile.Write(ref isFree, true);

        using var file = await second;
        file.Begin(SampleArchive.Head("x"));
        Assert.Equal("x", Manifest.Read(archive).Head.Name);
    }

    [Fact]
    public void One_that_was_killed_before_it_had_a_fragment_begins_anew()
    {
        File.WriteAllText(_scratch["x.manifest"], ManifestText.Head(SampleArchive.Head("x")));
        File.WriteAllText(_scratch[".x.000000.pipe-part"], "what kill -9 leaves");

        SampleArchive.Sink(_scratch.Directory, "x", _stream, Fragment);

        AssertWhole("x");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void It_goes_on_in_front_of_a_fragment_that_has_gone_or_has_another_size(int lost)
    {
        SampleArchive.Sink(_scratch.Directory, "x", _stream[..(3 * Fragment)], Fragment, isCut: true);
        Assert.True(KeptOf("x") > lost);
        File.WriteAllText(_scratch[$"x.{lost:d6}"], "short");

        Assert.Equal(lost, KeptOf("x"));
        SampleArchive.Sink(_scratch.Directory, "x", _stream, Fragment, resumes: true);
        AssertWhole("x");
    }

    [Fact]
    public void Cut_at_any_byte_of_the_manifest_it_goes_on()
    {
        SampleArchive.Sink(_scratch.Directory, "x", _stream, Fragment);
        var manifest = File.ReadAllBytes(_scratch["x.manifest"]);
        var fragments = Enumerable.Range(0, 4).Select(number => File.ReadAllBytes(_scratch[$"x.{number:d6}"])).ToArray();
        for (var cut = 1; cut < manifest.Length; cut += 11)
        {
            // A new file: a child of another test may hold the lock of the old one until it runs its program.
            File.Delete(_scratch["x.manifest"]);
            File.WriteAllBytes(_scratch["x.manifest"], manifest[..cut]);
            fragments.Index().ToList().ForEach(one => File.WriteAllBytes(_scratch[$"x.{one.Index:d6}"], one.Item));

            SampleArchive.Sink(_scratch.Directory, "x", _stream, Fragment, resumes: true);
            AssertWhole("x");
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(Fragment + 1, false)]
    [InlineData(Fragment + 1, true)]
    public void Cut_at_any_byte_of_the_manifest_another_stream_costs_no_fragment(int same, bool isShorter)
    {
        SampleArchive.Sink(_scratch.Directory, "x", _stream, Fragment);
        var manifest = File.ReadAllBytes(_scratch["x.manifest"]);
        var fragments = Enumerable.Range(0, 4).Select(number => _scratch[$"x.{number:d6}"]).ToArray();
        byte[] other = [.. _stream[..same], .. SampleArchive.Stream(_stream.Length - same, seed: 2)];
        var before = fragments.Select(File.ReadAllBytes).ToArray();
        for (var cut = 1; cut < manifest.Length; cut += 23)
        {
            File.Delete(_scratch["x.manifest"]);
            File.WriteAllBytes(_scratch["x.manifest"], manifest[..cut]);
            if (KeptOf("x") * Fragment > same)
            {
                break; // the sender finds out
            }

            var stream = isShorter ? _stream[..same] : other;
            var failure = Assert.Throws<Failure>(() => SampleArchive.Sink(_scratch.Directory, "x", stream, Fragment, resumes: true));

            Assert.Equal(ExitCode.Integrity, failure.Code);
            Assert.Contains($"x.{same / Fragment:d6}", failure.Message, StringComparison.Ordinal);
            Assert.Equal(before, fragments.Select(File.ReadAllBytes));
            SampleArchive.Sink(_scratch.Directory, "x", _stream, Fragment, resumes: true);
            AssertWhole("x");
        }
    }

    [Theory]
    [InlineData(Fragment)]
    [InlineData(Fragment / 3)]
    [InlineData(3 * Fragment)]
    public void What_is_found_stays_as_it_is(int fragment)
    {
        SampleArchive.Sink(_scratch.Directory, "x", _stream, Fragment);
        var lines = File.ReadAllLines(_scratch["x.manifest"]);
        File.Delete(_scratch["x.manifest"]);
        File.WriteAllText(_scratch["x.manifest"], lines[0] + "\n");
        File.Delete(_scratch["x.000001"]);
        var before = Listing.Of(_scratch.Directory, withTimes: true).Split('\n').Where(line => line.Contains("x.00000", StringComparison.Ordinal)).ToArray();
        var isSame = fragment == Fragment;

        var failure = Record.Exception(() => SampleArchive.Sink(_scratch.Directory, "x", _stream, fragment, resumes: true));

        Assert.Equal(isSame, failure is null);
        Assert.Subset(Listing.Of(_scratch.Directory, withTimes: true).Split('\n').ToHashSet(), before.ToHashSet());
        if (isSame)
        {
            AssertWhole("x");
        }
    }

    [Fact]
    public void Two_fragments_of_one_number_are_both_left_alone()
    {
        var (first, second) = (Directory.CreateDirectory(_scratch["first"]).FullName, Directory.CreateDirectory(_scratch["second"]).FullName);
        SampleArchive.Sink(first, "x", _stream[..(2 * Fragment)], Fragment, isCut: true);
        var archive = new ArchiveName(first, "x");
        Assert.True(OwnerFile.For(archive, Manifest.Read(archive).Head.Id).TryWrite(archive with { Directory = second }));
        File.Delete(Path.Join(first, "x.000000"));
        File.Copy(Path.Join(first, "x.000001"), Path.Join(second, "x.000001"));

        var archiving = new Archiving { Fragment = Fragment, Flags = ArchivingFlags.Resume };
        var failure = Assert.Throws<Failure>(() => new ArchiveSink(Resource.Archive([first, second], "x"), archiving, new SpaceRetry(0, _ => { }), _ => { }));

        Assert.Contains("second/x.000001", failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Join(first, "x.000001")) && File.Exists(Path.Join(second, "x.000001")));
    }

    [Fact]
    public void Two_do_not_write_the_same_one()
    {
        var archiving = new Archiving { Fragment = Fragment };
        using var first = new ArchiveSink(Resource.Archive([_scratch.Directory], "x"), archiving, new SpaceRetry(0, _ => { }), _ => { });
        first.Write(_stream.AsSpan(0, Fragment), 0);

        var failure = Assert.Throws<Failure>(() => new ArchiveSink(Resource.Archive([_scratch.Directory], "x"), archiving, new SpaceRetry(0, _ => { }), _ => { }));

        Assert.Contains("another process is writing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_what_was_sent_is_not_committed()
    {
        var archiving = new Archiving { Fragment = Fragment };
        using var sink = new ArchiveSink(Resource.Archive([_scratch.Directory], "x"), archiving, new SpaceRetry(0, _ => { }), _ => { });
        sink.Write(_stream, 0);
        sink.Expect(new End(_stream.Length, 0, default, new WideDigest(1, 2)));

        Assert.Equal(ExitCode.Integrity, Assert.Throws<Failure>(() => sink.Commit(_stream.Length)).Code);
        Assert.Null(Manifest.Read(new ArchiveName(_scratch.Directory, "x")).End);
    }

    [Fact]
    public void The_first_one_may_be_a_stub()
    {
        var archiving = new Archiving { Fragment = Fragment, Stub = 10 };
        using (var sink = new ArchiveSink(Resource.Archive([_scratch.Directory], "x"), archiving, new SpaceRetry(0, _ => { }), _ => { }))
        {
            var digest = new StreamDigest();
            digest.Add(_stream);
            sink.Write(_stream, 0);
            sink.Expect(new End(_stream.Length, 0, default, digest.Whole));
            sink.Commit(_stream.Length);
        }

        Assert.Equal([10L, Fragment, Fragment, Fragment, 12_335], Manifest.Read(new ArchiveName(_scratch.Directory, "x")).Fragments.Select(one => one.Size));
        AssertWhole("x");
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Aborted_while_lanes_write_it_ends_and_leaves_what_can_go_on()
    {
        for (var round = 0; round < 20; round++)
        {
            var sink = new ArchiveSink(Resource.Archive([_scratch.Directory], "x"), new Archiving { Fragment = 5000, Flags = ArchivingFlags.Resume }, new SpaceRetry(0, _ => { }), _ => { });
            var writing = Limit.Of(() =>
            {
                for (var at = 0; ; at += 1000)
                {
                    sink.Write(_stream.AsSpan(at % 300_000, 1000), at);
                }
            });
            await Task.Delay(round);
            sink.Abort();
            await Limit.Of(sink.Dispose);
            Assert.IsType<Failure>(await Record.ExceptionAsync(() => writing));
            Assert.True(_scratch.Names.Length == 0 || Manifest.Read(new ArchiveName(_scratch.Directory, "x")).End is null);
        }
    }

    /// <summary>Fragments that a resumed run finds and keeps.</summary>
    private int KeptOf(string name)
    {
        using var sink = new ArchiveSink(Resource.Archive([_scratch.Directory], name), new Archiving { Fragment = Fragment, Flags = ArchivingFlags.Resume }, new SpaceRetry(0, _ => { }), _ => { });
        return sink.Kept.Count;
    }

    private void AssertWhole(string name)
    {
        using var source = new ArchiveSource(Resource.Archive([_scratch.Directory], name), new Archiving(), 0, _ => { });
        var all = new byte[source.Size];
        for (var at = 0; at < all.Length;)
        {
            at += source.Read(all.AsSpan(at));
        }

        Assert.True(_stream.AsSpan().SequenceEqual(all));
        Assert.DoesNotContain(_scratch.Names, one => one.EndsWith(".pipe-part", StringComparison.Ordinal));
        Assert.NotNull(FileStatus.Of(new ArchiveName(_scratch.Directory, name).Manifest));
    }
}

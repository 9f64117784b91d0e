using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>What is said of the fragments that are looked at, and which a sample has.</summary>
public sealed class VerificationTests : IDisposable
{
    private const int Size = 2000;
    private readonly FakeHsm _hsm = new();

    public VerificationTests() => SampleArchive.Sink(_hsm.Root, "x", SampleArchive.Stream(4 * Size), Size);

    public void Dispose() => _hsm.Dispose();

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Each_fault_is_called_what_it_is()
    {
        File.Delete(_hsm["x.000000"]);
        File.AppendAllText(_hsm["x.000001"], "more");
        File.WriteAllBytes(_hsm["x.000002"], new byte[Size]);

        var findings = await Limit.Of(() => Look());
        Assert.Equal(
            [new("is missing"), new($"has {Size + 4} bytes, and {Size} by the manifest"), new("differs from the stored data, by its XXH3 digest"), new("")],
            findings);
        Assert.Equal([true, true, true, false], findings.Select(finding => finding.IsWrong));
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("mkfifo x.000001", "is a fifo and not a file", false)]
    [InlineData("mkdir x.000001", "is a directory and not a file", false)]
    [InlineData("ln -s /dev/zero x.000001", "is a device and not a file", false)]
    [InlineData("ln -s x.000001 x.000001", "cannot be read: too many levels of symbolic links", true)]
    [InlineData("truncate -s 2000 x.000001", "may be on tape, it takes no space on disk: the data read differ from those stored", true)]
    public async Task Nothing_but_a_file_is_opened_and_what_cannot_be_read_is_not_called_wrong(string command, string fault, bool isUnread)
    {
        File.Delete(_hsm["x.000001"]);
        Listing.Shell(_hsm.Root, command);
        Assert.Equal(new Finding(fault, isUnread), (await Limit.Of(() => Look()))[1]);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task What_is_on_tape_is_recalled_looked_at_and_released_again()
    {
        var system = FakeHsm.System("dmf");
        string[] offline = [_hsm["x.000000"], _hsm["x.000002"]];
        _hsm.Release(system, offline);
        Assert.All((await Limit.Of(() => Look())).Where((_, number) => number % 2 == 0), finding => Assert.True(finding.IsUnread));

        var findings = await Limit.Of(() => LookRecalling(system, release: true));
        Assert.All(findings, finding => Assert.Equal("", finding.Fault));
        Assert.All(system.StateOf(offline, new Cancellation()).Values, state => Assert.Equal(MigrationState.Offline, state));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task What_does_not_come_is_waited_for_as_long_as_that_is_wished()
    {
        var system = FakeHsm.System("dmf");
        _hsm.Release(system, [_hsm["x.000002"]]);
        _hsm.Control("delay 3600000");
        var failure = await Assert.ThrowsAsync<Failure>(() => Limit.Of(() => LookRecalling(system, release: false, patience: 1)));
        Assert.Equal(ExitCode.TimedOut, failure.Code);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task What_is_missing_is_not_waited_for()
    {
        File.Delete(_hsm["x.000001"]);
        Assert.Equal("is missing", (await Limit.Of(() => LookRecalling(FakeHsm.System("dmf"), release: false)))[1].Fault);
    }

    [Fact]
    public void The_index_is_looked_at_if_the_archive_has_one()
    {
        Assert.Null(new Verification(Manifest.Read(Name), alsoSha256: false, recall: null).LookAtIndex());
        SampleArchive.Sink(_hsm.Root, "indexed", SampleArchive.Stream(Size), Size, indexes: true);
        var verification = new Verification(Manifest.Read(new ArchiveName(_hsm.Root, "indexed")), alsoSha256: false, recall: null);
        Assert.Equal(new Finding(""), verification.LookAtIndex());
        File.AppendAllText(_hsm["indexed.index"], "more");
        Assert.True(verification.LookAtIndex()!.Value.IsWrong);
        File.Delete(_hsm["indexed.index"]);
        File.CreateSymbolicLink(_hsm["indexed.index"], "indexed.index");
        Assert.True(verification.LookAtIndex()!.Value.IsUnread);
    }

    [Theory]
    [InlineData(1000, 5, 50)]
    [InlineData(1000, 0.01, 1)]
    [InlineData(3, 34, 2)]
    [InlineData(3, 100, 3)]
    [InlineData(0, 5, 0)]
    public void A_sample_has_its_part_at_least_one_in_order_and_none_twice(int count, double percent, int expected)
    {
        var fragments = Enumerable.Range(0, count).Select(number => new Fragment(number, "", number, 1, 0, default)).ToArray();
        var sample = Verification.Sample(fragments, percent, new Random(1)).Select(fragment => fragment.Number).ToArray();
        Assert.Equal(expected, sample.Length);
        Assert.Equal(sample.Distinct().Order(), sample);
    }

    [Fact]
    public void Samples_reach_every_fragment()
    {
        var fragments = Enumerable.Range(0, 20).Select(number => new Fragment(number, "", number, 1, 0, default)).ToArray();
        var random = new Random(1);
        var seen = Enumerable.Range(0, 400).SelectMany(_ => Verification.Sample(fragments, 5, random)).Select(fragment => fragment.Number);
        Assert.Equal(20, seen.Distinct().Count());
    }

    private List<Finding> LookRecalling(MigrationSystem system, bool release, int patience = 3600)
    {
        var files = Manifest.Read(Name).Fragments.Select(fragment => new RecallFile(fragment.Path(Name), fragment.Size));
        using var recall = new RecallAhead(system, [.. files], new RecallTerms(Size, release, TimeSpan.FromSeconds(patience), ExitCode.TimedOut, _ => { }));
        return Look(recall);
    }

    private List<Finding> Look(RecallAhead? recall = null)
    {
        var manifest = Manifest.Read(Name);
        var verification = new Verification(manifest, alsoSha256: true, recall);
        return [.. manifest.Fragments.Select(fragment => verification.Look(fragment))];
    }

    private ArchiveName Name => new(_hsm.Root, "x");
}

using System.Text;
using Pipe.Linux;

namespace Pipe.Archives.Tests;

/// <summary>What ls and info know of fragments without reading them.</summary>
public sealed class WhereaboutsTests : IDisposable
{
    private readonly FakeHsm _hsm = new();

    private ArchiveName Name => new(_hsm.Root, "x");

    public WhereaboutsTests() => SampleArchive.Sink(_hsm.Root, "x", SampleArchive.Stream(8000), 2000);

    public void Dispose() => _hsm.Dispose();

    [Fact]
    public void Each_is_called_what_it_is()
    {
        File.Delete(_hsm["x.000000"]);
        File.AppendAllText(_hsm["x.000001"], "more");
        File.Delete(_hsm["x.000002"]);
        Directory.CreateDirectory(_hsm["x.000002"]);
        File.Delete(_hsm["x.000003"]);
        File.CreateSymbolicLink(_hsm["x.000003"], "x.000003");

        Assert.Equal([Whereabout.Missing, Whereabout.Resized, Whereabout.NoFile, Whereabout.Unreachable], Look());
        var summary = ArchiveSummary.Of(Name);
        Assert.Equal((4, new FragmentCounts(OnTape: 0, Missing: 1, Wrong: 3)), (summary.Fragments, summary.Counts));
    }

    [Fact]
    public void All_of_a_great_many_are_counted()
    {
        const int count = 20_000;
        var archive = new ArchiveName(_hsm.Root, "many");
        var manifest = new StringBuilder(ManifestText.Head(new ManifestHead("many", ManifestText.Now(), 1, 0, [], "")));
        for (var i = 0; i < count; i++)
        {
            var fragment = new Fragment(i, "", i, 1, 0, default);
            manifest.Append(ManifestText.Of(archive, fragment, ManifestText.Now()));
            if (i % 4 > 0)
            {
                File.WriteAllText(fragment.Path(archive), i % 4 == 1 ? "long" : ".");
            }
        }

        File.WriteAllText(archive.Manifest, manifest.ToString());

        var summary = ArchiveSummary.Of(archive);

        Assert.Equal((count, new FragmentCounts(OnTape: 0, Missing: count / 4, Wrong: count / 4)), (summary.Fragments, summary.Counts));
    }

    [Fact]
    public void A_manifest_that_is_a_fifo_is_not_waited_for()
    {
        using var folder = Folder.Open(_hsm.Root);
        const uint fifo = 0x1000 | 0x1B6;
        Assert.True(folder.TryMakeNode("pipe.manifest", fifo, 0));
        Assert.Equal($"{_hsm["pipe.manifest"]}: is a fifo and not a file", ArchiveSummary.Of(new ArchiveName(_hsm.Root, "pipe")).Fault?.Message);
    }

    [Fact]
    public void Where_a_system_is_asked_it_knows_better_than_the_blocks()
    {
        var system = FakeHsm.System("dmf");
        _hsm.Release(system, [_hsm["x.000002"]]);
        File.WriteAllBytes(_hsm["x.000002"] + ".tail", new byte[2000]);
        Assert.Equal(MigrationState.Offline, FragmentStates.Of(system, [Name])[_hsm["x.000002"]]);

        // The blocks are there and the system says offline: what stays behind as a stub has blocks.
        File.WriteAllBytes(_hsm["x.000002"], new byte[2000]);
        Assert.Equal(Whereabout.OnDisk, Look()[2]);
        Assert.Equal(Whereabout.OnTape, Look(new Dictionary<string, MigrationState> { [_hsm["x.000002"]] = MigrationState.Offline })[2]);
        Assert.Equal(Whereabout.Lost, Look(new Dictionary<string, MigrationState> { [_hsm["x.000002"]] = MigrationState.Lost })[2]);
        Assert.Equal(Whereabout.OnDisk, Look(new Dictionary<string, MigrationState> { [_hsm["x.000002"]] = MigrationState.Unknown })[2]);
    }

    [Fact]
    public void A_great_many_fragments_do_not_start_as_many_commands()
    {
        SampleArchive.Sink(_hsm.Root, "many", SampleArchive.Stream(300), 2);
        var system = Asking($"echo call >> {_hsm["calls"]}; echo dual #", batch: 1);

        Assert.Equal(FragmentStates.MostCalls, FragmentStates.Of(system, [new ArchiveName(_hsm.Root, "many")]).Count);
        Assert.Equal(FragmentStates.MostCalls, File.ReadAllLines(_hsm["calls"]).Length);
    }

    [Fact]
    public void Many_are_asked_for_with_one_command_whichever_archive_they_are_of()
    {
        SampleArchive.Sink(_hsm.Root, "y", SampleArchive.Stream(100), 50);
        var system = Asking($"echo call >> {_hsm["calls"]}; for file in {VerbCall.Files}; do echo dual; done", batch: 16);

        Assert.Equal(6, FragmentStates.Of(system, [Name, new ArchiveName(_hsm.Root, "y")]).Count);
        Assert.Single(File.ReadAllLines(_hsm["calls"]));
    }

    [Fact]
    public void A_system_that_does_not_answer_is_not_asked_on_and_on()
    {
        var system = Asking($"echo call >> {_hsm["calls"]}; exit 1 #", batch: 1);

        Assert.Empty(FragmentStates.Of(system, [Name]));
        Assert.Single(File.ReadAllLines(_hsm["calls"]));
    }

    private static MigrationSystem Asking(string command, int batch) => new(
        new MigrationProfile("mine")
        {
            Migrate = null,
            Recall = null,
            Release = null,
            State = new StateQuery(OwnCommands.Call(command) with { Batch = batch }, OwnCommands.Parse),
        },
        FakeHsm.Fast);

    private Whereabout[] Look(IReadOnlyDictionary<string, MigrationState>? states = null)
    {
        using var whereabouts = new Whereabouts(states);
        var found = new List<Whereabout>();
        Manifest.Visit(Name, (in Fragment fragment) => found.Add(whereabouts.Of(Name, fragment)));
        return [.. found];
    }
}

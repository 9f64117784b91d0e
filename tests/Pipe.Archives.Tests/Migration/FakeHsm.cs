using System.Globalization;

namespace Pipe.Archives.Tests;

/// <summary>A managed file system of the fakes in tests/fakes/hsm, with what goes wrong in it.</summary>
internal sealed class FakeHsm : IDisposable
{
    /// <summary>All that there is a fake for, as -hsm takes it.</summary>
    public static readonly string[] Systems =
        ["dmf", "lustre", "eeadm:pool1", "dsm", "stornext", "beegfs:1", $"gpfs-script:{Program("gpfs-script", "hsmcontrol")}", "sam", "cmd"];

    /// <summary>In a hurry, but with time enough for a command on a busy machine.</summary>
    public static readonly MigrationPace Fast = new()
    {
        Poll = TimeSpan.FromMilliseconds(10),
        SlowestPoll = TimeSpan.FromMilliseconds(100),
        Retry = TimeSpan.FromMilliseconds(10),
        SlowestRetry = TimeSpan.FromMilliseconds(100),
        Lost = TimeSpan.FromMilliseconds(200),
        SlowestLost = TimeSpan.FromMilliseconds(800),
        Words = TimeSpan.FromMilliseconds(50),
        Scale = 1 / 60.0,
        LongestCall = TimeSpan.FromSeconds(2),
    };

    private readonly Scratch _scratch = new();

    /// <param name="control">Lines for .hsm/control.</param>
    public FakeHsm(params string[] control)
    {
        Directory.CreateDirectory(_scratch[".hsm"]);
        Control(control);
    }

    public string Root => _scratch.Directory;

    public string this[string name] => _scratch[name];

    /// <summary>Event, path and detail, in the order in which things happened.</summary>
    public IReadOnlyList<string[]> Journal => File.Exists(_scratch[".hsm/journal"])
        ? [.. File.ReadAllText(_scratch[".hsm/journal"]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))]
        : [];

    /// <summary>The processes that hang, and were to be ended.</summary>
    public IEnumerable<int> Hung => Events("hang").Select(line => int.Parse(line[2], CultureInfo.InvariantCulture));

    public void Control(params string[] lines) => File.WriteAllLines(_scratch[".hsm/control"], lines);

    public static string Folder(string system) => Path.Combine(Fakes, system.Split(':')[0]);

    public static MigrationSystem System(string system, MigrationPace? pace = null) =>
        MigrationSystem.Find(system, system == "cmd" ? Own : new MigrationCommands(), new ProgramSearch(Folder(system)), pace ?? Fast);

    public IEnumerable<string[]> Events(string kind) => Journal.Where(line => line[0] == kind);

    /// <summary>Has files migrated: they are on disk and on tape.</summary>
    public void Migrate(MigrationSystem system, IReadOnlyCollection<string> paths)
    {
        var cancellation = new Cancellation();
        system.Migrate(paths, cancellation);
        Assert.True(SpinWait.SpinUntil(() => system.StateOf(paths, cancellation).Values.All(state => state == MigrationState.Dual), TimeSpan.FromSeconds(30)));
    }

    /// <summary>Has files migrated and released: they are on tape only.</summary>
    public void Release(MigrationSystem system, IReadOnlyCollection<string> paths)
    {
        Migrate(system, paths);
        Assert.All(system.Release(paths, new Cancellation()).Values, outcome => Assert.True(outcome.IsAccepted));
    }

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(_scratch[name], bytes);
        return _scratch[name];
    }

    public void Dispose() => _scratch.Dispose();

    private static MigrationCommands Own
    {
        get
        {
            var program = Program("cmd", "sitehsm");
            return new MigrationCommands($"{program} migrate", $"{program} state {VerbCall.Files}", $"{program} release", $"{program} recall");
        }
    }

    private static string Fakes
    {
        get
        {
            var root = AppContext.BaseDirectory;
            while (!Directory.Exists(Path.Combine(root, "tests/fakes/hsm")))
            {
                root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("this is not run from the checkout");
            }

            return Path.Combine(root, "tests/fakes/hsm");
        }
    }

    private static string Program(string folder, string name) => Path.Combine(Folder(folder), name);
}

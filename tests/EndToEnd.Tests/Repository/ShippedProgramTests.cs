namespace EndToEnd.Tests.Repository;

/// <summary>The one file that people get.</summary>
public sealed class ShippedProgramTests : IDisposable
{
    private const long MostBytes = 30_000_000;
    private const long MostNativeBytes = 17_000_000;
    private const string CHeader = "/usr/include/dlfcn.h";

    private readonly string _directory = Directory.CreateTempSubdirectory("pipe-shipped-").FullName;

    private static string Program => Path.Combine(Checkout.ProgramDirectory, "pipe");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void It_is_smaller_than_30_MB()
    {
        Assert.InRange(new FileInfo(Program).Length, 1, MostBytes);
    }

    [FactNeeding(CHeader)]
    public void It_is_native_where_a_C_program_can_be_linked()
    {
        Assert.InRange(new FileInfo(Program).Length, 1, MostNativeBytes);
        Assert.DoesNotContain("libstdc++", Checkout.Run("ldd", Program).Output, StringComparison.Ordinal);
    }

    [FactNeeding(CHeader)]
    public void While_it_runs_it_keeps_nothing_in_the_temporary_directory()
    {
        var environment = new Dictionary<string, string?> { ["TMPDIR"] = _directory };
        var ran = Checkout.Run(environment, Path.Combine(Checkout.ProgramDirectory, "dmscp"), "-r", "-e", "local", "-R", "ls -A \"$TMPDIR\"");
        Assert.Equal((0, "", ""), (ran.Status, ran.Output, ran.Error));
    }

    [Fact]
    public void It_is_one_file_and_one_link_for_each_name()
    {
        var there = Directory.EnumerateFileSystemEntries(Checkout.ProgramDirectory).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(Checkout.ProgramNames().Append("pipe").Order(StringComparer.Ordinal), there);
        Assert.All(Checkout.ProgramNames(), name => Assert.Equal("pipe", new FileInfo(Path.Combine(Checkout.ProgramDirectory, name)).LinkTarget));
    }

    [Fact]
    public void Through_a_link_it_tells_its_version()
    {
        var link = Path.Combine(_directory, "dmscp");
        File.CreateSymbolicLink(link, Program);
        var ran = Checkout.Run(link, "-version");
        Assert.Equal((0, ""), (ran.Status, ran.Error));
        Assert.Contains(Version(), ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void It_needs_no_environment_no_home_and_no_dotnet()
    {
        var ran = Checkout.Run("env", "-i", Path.Combine(Checkout.ProgramDirectory, "dmscp"), "-version");
        Assert.Equal((0, ""), (ran.Status, ran.Error));
    }

    [Fact]
    public void It_starts_from_a_directory_that_cannot_be_written()
    {
        var environment = new Dictionary<string, string?> { ["HOME"] = "/nonexistent", ["TMPDIR"] = "/nonexistent", ["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = "/nonexistent" };
        var ran = Checkout.Run(environment, "sh", "-c", "cd /proc && exec \"$0\" -version", Path.Combine(Checkout.ProgramDirectory, "dmscp"));
        Assert.Equal((0, ""), (ran.Status, ran.Error));
    }

    private static string Version() =>
        System.Xml.Linq.XDocument.Load(Checkout.PathOf("Directory.Build.props")).Descendants("Version").Single().Value;
}

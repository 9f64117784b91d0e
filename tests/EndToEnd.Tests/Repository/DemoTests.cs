namespace EndToEnd.Tests.Repository;

/// <summary>The demonstration works, and notices when the program does not.</summary>
public sealed class DemoTests : IDisposable
{
    private const string LargeFileMiB = "16";

    private readonly string _directory = Directory.CreateTempSubdirectory("pipe-demo-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_demo_passes_with_the_shipped_program_and_cleans_up()
    {
        var ran = Demo(Checkout.ProgramDirectory);
        Assert.True(ran.Status == 0, ran.All);
        Assert.Contains("all checks passed", ran.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact]
    public void The_demo_fails_when_a_copy_loses_its_last_byte()
    {
        var ran = Demo(FalseProgram("case $* in *' -l '*) truncate -s -1 \"$last/a copy\" ;; esac"));
        Assert.Equal(1, ran.Status);
        Assert.Contains("the file that arrived is not the one that was sent", ran.Error, StringComparison.Ordinal);
    }

    [Case(Needs.Whole)]
    public void The_demo_fails_when_the_program_claims_success_of_a_failed_command()
    {
        var ran = Demo(FalseProgram("exit 0"));
        Assert.Equal(1, ran.Status);
        Assert.Contains("must give exit status 8, not 0", ran.Error, StringComparison.Ordinal);
    }

    private Ran Demo(string programDirectory) =>
        Checkout.Run(
            new Dictionary<string, string?> { ["TMPDIR"] = _directory }, "bash", Checkout.PathOf("install/demo"), programDirectory, LargeFileMiB);

    /// <summary>The directory of a program that does what dmscp does and then some shell text; <c>$last</c> is the word after <c>-d</c>.</summary>
    private string FalseProgram(string afterwards)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_directory, "bin")).FullName;
        var program = Path.Combine(directory, "dmscp");
        File.WriteAllText(
            program,
            $"""
            #!/bin/sh
            '{Checkout.ProgramDirectory}/dmscp' "$@"
            status=$?
            last=
            for word; do [ "$before" != -d ] || last=$word; before=$word; done
            {afterwards}
            exit $status

            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return directory;
    }
}

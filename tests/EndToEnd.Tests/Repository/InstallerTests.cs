namespace EndToEnd.Tests.Repository;

/// <summary>What <c>install/install.sh</c> and its relatives do to a directory, with the tree that <c>install/stage</c> made.</summary>
public sealed class InstallerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("pipe-install-").FullName;

    private static string Staged => Path.GetDirectoryName(Checkout.ProgramDirectory)!;

    private string Prefix => Path.Combine(_directory, "prefix");

    private string InstalledProgram => Path.Combine(Prefix, "bin", "pipe");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_installed_program_runs_and_its_pages_lie_where_man_looks()
    {
        Succeeds(Install());
        Assert.Equal(0, Checkout.Run(Path.Combine(Prefix, "bin", "dmscp"), "-version").Status);
        Assert.True(File.Exists(Path.Combine(Prefix, "share", "man", "man1", "dmscp.1")));
    }

    [Fact]
    public void Uninstalling_leaves_nothing()
    {
        Succeeds(Install());
        Succeeds(Checkout.Run("sh", Path.Combine(Prefix, "share", "pipe", "uninstall")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Prefix));
    }

    [Fact]
    public void Uninstalling_keeps_what_others_put_beside()
    {
        var other = Path.Combine(Prefix, "share", "man", "man1", "other.1");
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        File.WriteAllText(other, "");
        Succeeds(Install());
        Succeeds(Checkout.Run("sh", Path.Combine(Prefix, "share", "pipe", "uninstall")));
        Assert.Equal([other], Directory.EnumerateFiles(Prefix, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void An_upgrade_renames_the_new_program_onto_the_old_one_and_leaves_the_old_file_to_who_runs_it()
    {
        Succeeds(Install());
        using var running = File.OpenRead(InstalledProgram);
        var before = running.Length;
        Succeeds(Install());
        Assert.Equal(before, running.Length);
        Assert.Equal("0", LinksOf(running));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Prefix, "bin"), ".*"));
    }

    [Fact]
    public void An_upgrade_removes_what_is_no_longer_shipped()
    {
        var staged = CopyOfStaged();
        var gone = Path.Combine(staged, "share", "man", "man8", "gone.8");
        Directory.CreateDirectory(Path.GetDirectoryName(gone)!);
        File.WriteAllText(gone, "");
        Succeeds(Install(staged));
        Succeeds(Install());
        Assert.False(File.Exists(Path.Combine(Prefix, "share", "man", "man8", "gone.8")));
    }

    [Fact]
    public void A_file_of_somebody_else_is_not_overwritten()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(InstalledProgram)!);
        File.WriteAllText(InstalledProgram, "not ours");
        var ran = Install();
        Assert.Equal(1, ran.Status);
        Assert.Contains("was not installed by Pipe", ran.Error, StringComparison.Ordinal);
        Assert.Equal("not ours", File.ReadAllText(InstalledProgram));
    }

    [Fact]
    public void A_program_that_does_not_run_here_replaces_nothing()
    {
        var staged = CopyOfStaged();
        File.Delete(Path.Combine(staged, "bin", "pipe"));
        File.Copy("/bin/false", Path.Combine(staged, "bin", "pipe"));
        Assert.Equal(1, Install(staged).Status);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Prefix));

        Succeeds(Install());
        Assert.Equal(1, Install(staged).Status);
        Assert.Equal(0, Checkout.Run(Path.Combine(Prefix, "bin", "dmscp"), "-version").Status);
    }

    [Fact]
    public void A_host_with_sh_receives_an_installation_over_ssh() => InstallsOverSsh("sh");

    [FactNeeding("tcsh")]
    public void A_host_with_tcsh_receives_an_installation_over_ssh() => InstallsOverSsh("tcsh");

    [FactNeeding("fish")]
    public void A_host_with_fish_receives_an_installation_over_ssh() => InstallsOverSsh("fish");

    [FactNeeding("zsh")]
    public void A_host_with_zsh_receives_an_installation_over_ssh() => InstallsOverSsh("zsh");

    [Fact]
    public void Installing_on_a_host_that_cannot_be_reached_fails_and_names_the_host()
    {
        var ran = Checkout.Run("bash", Checkout.PathOf("quickinstall.sh"), "--from", Tarball(), "--ssh", "false", "lost-host");
        Assert.Equal(1, ran.Status);
        Assert.Contains("lost-host", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tarball_of_the_same_tree_is_the_same_to_the_byte()
    {
        var first = File.ReadAllBytes(Tarball());
        foreach (var file in Directory.EnumerateFiles(CopyOfStaged(), "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        }

        Assert.Equal(first, File.ReadAllBytes(Tarball(CopyOfStaged())));
    }

    [Fact]
    public void Unknown_options_are_told()
    {
        var ran = Checkout.Run("bash", Checkout.PathOf("quickinstall.sh"), "--nonsense");
        Assert.Equal(1, ran.Status);
        Assert.Contains("--nonsense: no such option", ran.Error, StringComparison.Ordinal);
    }

    private void InstallsOverSsh(string shell)
    {
        var ran = QuickInstall(shell, "--from", Tarball(), "user@host");
        Succeeds(ran);
        Assert.Contains("user@host: installed", ran.Output, StringComparison.Ordinal);
        Assert.Equal(0, Checkout.Run(Path.Combine(_directory, ".local", "bin", "dmscp"), "-version").Status);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory, ".pipe-install*"));

        Succeeds(QuickInstall(shell, "--uninstall", "user@host"));
        // fish keeps files of its own there.
        var left = Directory.EnumerateFiles(Path.Combine(_directory, ".local"), "*", SearchOption.AllDirectories);
        Assert.Empty(left.Where(file => !file.Contains("/share/fish/fish_", StringComparison.Ordinal)));
    }

    private static void Succeeds(Ran ran) => Assert.True(ran.Status == 0, ran.All);

    private Ran Install(string? staged = null) => Checkout.Run("sh", Path.Combine(staged ?? Staged, "install.sh"), Prefix);

    /// <summary>Plays ssh with a script that runs the command in the given shell, with our directory as home.</summary>
    private Ran QuickInstall(string shell, params string[] arguments)
    {
        var ssh = Path.Combine(_directory, "ssh");
        File.WriteAllText(ssh, $"#!/bin/sh\nshift\ncd '{_directory}'\nHOME=$PWD exec {shell} -c \"$*\"\n");
        File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return Checkout.Run("bash", [Checkout.PathOf("quickinstall.sh"), "--ssh", ssh, .. arguments]);
    }

    private string Tarball(string? staged = null)
    {
        var environment = new Dictionary<string, string?> { ["OUT"] = _directory };
        var ran = Checkout.Run(environment, "bash", Checkout.PathOf("install/tarball"), staged ?? Staged);
        Succeeds(ran);
        return ran.Lines[^1];
    }

    private string CopyOfStaged()
    {
        var copy = Path.Combine(_directory, "copy");
        Directory.CreateDirectory(copy);
        Succeeds(Checkout.Run("cp", "-R", Staged + "/.", copy));
        return copy;
    }

    private static string LinksOf(FileStream file) =>
        Checkout.Run("stat", "-L", "-c", "%h", $"/proc/{Environment.ProcessId}/fd/{file.SafeFileHandle.DangerousGetHandle()}").Output.Trim();
}

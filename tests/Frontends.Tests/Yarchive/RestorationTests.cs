using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Yarchive;

namespace Frontends.Tests.Yarchive;

/// <summary>Real shells run the command that info prints, with only sha256sum, sed and cat.</summary>
public sealed class RestorationTests : IDisposable
{
    private const int Fragment = 1000;
    private readonly string _directory = Directory.CreateTempSubdirectory("pipe-restoration-").FullName;

    private static readonly string[] Shells = [.. ((string[])["sh", "bash", "dash", "busybox sh"]).Where(shell => FactNeedingAttribute.IsInstalled(shell.Split(' ')[0]))];

    public static TheoryData<string> Names =>
    [
        "plain", "it is $1", "-x", "-", "a'b\"c`id`", "back\\slash\\n", "100%d", "new\nline", "carriage\rreturn", "tab\tstop", "\e[31mred\a", "\u202Eevil", "größe!",
        RawText.Decode([0xFF, .. "raw"u8, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x88, 0x8A, 0xFE]),
        RawText.Decode([.. Enumerable.Range(1, 46).Select(b => (byte)b)]),
    ];

    public void Dispose() => Shell.Run("rm -rf -- \"$PWD\"", _directory);

    [Theory]
    [MemberData(nameof(Names))]
    public void It_restores_whatever_the_archive_is_called_and_fails_before_a_byte_goes_out(string name)
    {
        var stream = Store(name, (2 * Fragment) + 5);
        var line = LineOf(name);
        foreach (var shell in Shells)
        {
            Assert.Equal(new Shell(0, stream, ""), Run(shell, line, "LC_ALL=C"));
            Assert.Equal(new Shell(0, stream, ""), Run(shell, line, "LC_ALL=C.UTF-8"));
        }

        Shell.Run($"printf x >> {ShellWords.Quote($"./{name}.000002")}", _directory);
        foreach (var shell in Shells)
        {
            var run = Run(shell, line);
            Assert.NotEqual(0, run.Status);
            Assert.Equal("", run.Output);
            Assert.Contains("FAILED", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_fragment_fails_before_a_byte_goes_out()
    {
        Store("x", 3 * Fragment);
        File.Delete(Path.Combine(_directory, "x.000001"));
        var run = Run("sh", LineOf("x"));
        Assert.NotEqual(0, run.Status);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public void A_cut_one_is_no_archive()
    {
        Store("x", 3 * Fragment);
        var line = LineOf("x");
        Shell.Run("sed -i '$d' x.manifest", _directory);
        var run = Run("sh", line);
        Assert.NotEqual(0, run.Status);
        Assert.Equal("", run.Output);
        Assert.DoesNotContain("sha256sum", Shell.Run($"{Shell.Program} yarchive info x", _directory).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_restored_of_an_empty_one()
    {
        Store("empty", 0);
        Assert.Equal(new Shell(0, "", ""), Run("sh", LineOf("empty")));
        Assert.Equal(new Shell(0, "", ""), Run("sh", LineOf("empty", "gzip").Replace("gzip -d -c", "cat", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_undoes_a_filter_nobody_knows_is_asked_for_and_then_used()
    {
        var stream = Store("x", 2 * Fragment);
        var line = LineOf("x", "cat", "with\nnewline $(touch evil)", "cat");
        var run = Run("sh", line, "UNDO1=cat UNDO3=cat");
        Assert.NotEqual(0, run.Status);
        Assert.Equal("", run.Output);
        Assert.Contains("UNDO2", run.Error, StringComparison.Ordinal);

        run = Run("sh", line, "UNDO1='tr 3 4' UNDO2='tr 2 3' UNDO3='tr 1 2'");
        Assert.Equal((0, stream.Replace('3', '4').Replace('2', '4').Replace('1', '4')), (run.Status, run.Output));
        Assert.False(File.Exists(Path.Combine(_directory, "evil")));
    }

    [Fact]
    public void The_manual_page_has_the_same_line()
    {
        var page = Repository.Read("man/dmscp.1").Replace("\\e", "\\", StringComparison.Ordinal).Replace("\n    ", " ", StringComparison.Ordinal);
        Assert.Contains($"cd DIR && {Restoration.Line("NAME", 1, []).Replace("./NAME", "NAME", StringComparison.Ordinal)} > stream\n", page, StringComparison.Ordinal);
    }

    private static string Quoted(string name) => ShellWords.Quote($"./{name}");

    /// <summary>Digits, as lines, in an archive of that name; returns them.</summary>
    private string Store(string name, int size)
    {
        var stream = string.Concat(Enumerable.Range(0, size).Select(i => i % 60 == 59 ? '\n' : (char)('0' + (i % 10))));
        File.WriteAllText(Path.Combine(_directory, "stream"), stream);
        var run = Shell.Run($"{Shell.Program} yarchive put --allow-empty --fragment {Fragment} {Quoted(name)} < stream", _directory);
        Assert.Equal((0, ""), (run.Status, run.Error));
        return stream;
    }

    /// <summary>The command that info prints, without control characters, and with other filters than the archive had.</summary>
    private string LineOf(string name, params string[] filters)
    {
        var run = Shell.Run($"{Shell.Program} yarchive info {Quoted(name)}", _directory);
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(RawText.Printable(run.Output.Replace("\n", "", StringComparison.Ordinal)), run.Output.Replace("\n", "", StringComparison.Ordinal));
        var line = run.Output.TrimEnd('\n').Split('\n')[^1].TrimStart();
        Assert.Equal(Restoration.Line(name, name == "empty" ? 0 : 3, []), line);
        return filters.Length == 0 ? line : Restoration.Line(name, name == "empty" ? 0 : 3, filters);
    }

    private Shell Run(string shell, string line, string variables = "")
    {
        File.WriteAllText(Path.Combine(_directory, "line"), line);
        return Shell.Run($"env -i PATH=\"$PATH\" {variables} {shell} -c \"$(cat line)\"", _directory);
    }
}

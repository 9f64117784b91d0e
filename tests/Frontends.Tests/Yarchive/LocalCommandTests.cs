namespace Frontends.Tests.Yarchive;

/// <summary>What the verbs that are about stored archives say and how they end, run as a user runs them.</summary>
public sealed class LocalCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("pipe-chores-").FullName;

    public LocalCommandTests() => Assert.Equal(0, Run("head -c 3500 /dev/urandom > data; y put --fragment 1000 x < data").Status);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("true", 0)]
    [InlineData("rm x.000001", 0)]
    [InlineData("sed -i '/at 1000 /s/size 1000/size 1001/' x.manifest", 4)]
    [InlineData("sed -i '$s/^# end/# and/' x.manifest", 4)]
    [InlineData("echo more >> x.manifest", 4)]
    [InlineData("rm x.manifest", 1)]
    [InlineData("rm x.manifest; mkfifo x.manifest", 4)]
    [InlineData("rm x.manifest; mkdir x.manifest", 4)]
    [InlineData("echo '# mine' > x.manifest", 4)]
    public void A_dry_run_says_what_a_removal_would_say_and_touches_nothing(string fault, int status)
    {
        Run(fault);
        var before = Run("ls -l --time-style=full-iso").Output;
        foreach (var force in (string[])["", "--force"])
        {
            var dry = Run($"y rm --dry-run {force} x");
            Assert.Equal(before, Run("ls -l --time-style=full-iso").Output);
            Assert.True(force.Length > 0 || status == dry.Status, dry.Error);
            Assert.Equal(force.Length == 0 && status == 4 && !fault.Contains("mk", StringComparison.Ordinal), dry.Error.Contains("hint: --force ", StringComparison.Ordinal));
            var real = Run($"cp -a . \"$PWD.copy\"; cd \"$PWD.copy\"; y rm -v {force} x; status=$?; cd ..; rm -r \"$OLDPWD\"; exit $status");
            Assert.Equal((real.Status, real.Error), (dry.Status, dry.Error));
            Assert.Equal(real.Output, dry.Output.Replace("would be ", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Ranges_in_messages_are_those_that_get_takes()
    {
        Run("printf x | dd of=x.000001 bs=1 seek=5 conv=notrunc status=none");
        var verify = Run("y verify x");
        Assert.Equal(4, verify.Status);
        Assert.Contains("x.000001: bytes 1000-1999: differs from the stored data, by its XXH3 digest\n", verify.Output, StringComparison.Ordinal);
        Assert.Equal(0, Run("y get --range 0-999 x | cmp - <(head -c 1000 data) && y get --range 2000-3499 x | cmp - <(tail -c 1500 data)").Status);
        Assert.Equal(4, Run("y get --range 1999-1999 x").Status);
    }

    [Theory]
    [InlineData("cp b.index a.index", "is not the index that was stored, by its digest", 4)]
    [InlineData(@"sed -i 's/^\(file\t[0-9]*\t[0-9]*\t\)./\19/' a.index", "is not the index that was stored, by its digest", 4)]
    [InlineData("truncate -s 20 a.index", "is not the index that was stored, by its digest", 4)]
    [InlineData(": > a.index", "is not the index that was stored, by its digest", 4)]
    [InlineData("rm a.index", "is missing", 1)]
    public void An_index_that_is_not_what_was_stored_is_never_used_and_verify_finds_it(string fault, string words, int status)
    {
        Run("mkdir t; echo first > t/one; echo other > t/two; y put --index a -- tar -cf - t; mv t/two t/zero; y put --index b -- tar -cf - t");
        Assert.Equal((0, "first\n"), (Run("y get --member t/one a").Status, Run("y get --member t/one a").Output));
        Assert.Contains("a.index: as stored\n", Run("y verify -v a").Output, StringComparison.Ordinal);
        Run(fault);
        var get = Run("y get --member t/one a");
        Assert.Equal((status, ""), (get.Status, get.Output));
        Assert.Contains(status == 4 ? $"a.index: {words}\n" : "a: has no index of members\n", get.Error, StringComparison.Ordinal);
        foreach (var options in (string[])["", "--sample 1%"])
        {
            var verify = Run($"y verify {options} a");
            Assert.Equal(4, verify.Status);
            Assert.Matches($@"^a\.index: {words}\na: 1 of 1 fragments, .*: as stored, index wrong\n$", verify.Output);
            Assert.Contains($"a.index: {words}\n", verify.Error, StringComparison.Ordinal);
        }

        Assert.Equal(4, Run("mv a.000000 kept; ln -s a.000000 a.000000; y verify a; status=$?; mv kept a.000000; exit $status").Status);
        Assert.Equal(0, Run("y get a | tar -tf - t/one && sha256sum --quiet --strict -c a.manifest && y rm a && test -z \"$(ls -d a.*)\"").Status);
    }

    [Fact]
    public void A_manifest_that_cannot_be_read_does_not_hide_the_others()
    {
        Run("ln -s y.manifest y.manifest");
        var list = Run("y ls .");
        Assert.Equal(0, list.Status);
        Assert.Matches("(?m)^x .* disk ", list.Output);
        Assert.Matches("(?m)^y .* unreadable manifest$", list.Output);
        var info = Run("y info y");
        Assert.Equal((1, ""), (info.Status, info.Output));
    }

    [Fact]
    public void Several_at_once_that_keep_some_of_a_series_all_end_well()
    {
        for (var round = 0; round < 3; round++)
        {
            var run = Run($"for i in 1 2 3 4 5 6; do y put --keep 2 s-{round}$i < data & all=\"$all $!\"; done; for one in $all; do wait $one || exit; done; ls s-*.manifest | wc -l");
            Assert.Equal((0, ""), (run.Status, run.Error));
            Assert.InRange(int.Parse(run.Output, System.Globalization.CultureInfo.InvariantCulture), 2, 8);
        }
    }

    [Fact]
    public void Where_there_is_no_home_nothing_starts_elsewhere()
    {
        var run = Run("(HOME=/nonexist; export HOME; y put -e local any:nosuchplace < data)");
        Assert.Equal(3, run.Status);
        Assert.Contains("/nonexist", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists("/nosuchplace.manifest"));
    }

    [Fact]
    public void A_series_that_is_not_there_is_told_of()
    {
        var run = Run("y rm --keep 1 nosuch");
        Assert.Equal(1, run.Status);
        Assert.Contains("nosuch: no archive belongs to this series\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, Run("y put x-1 < data; y rm --keep 1 x").Status);
    }

    [Theory]
    [InlineData("9000-", "x: has 3500 bytes, none at 9000")]
    [InlineData("9000-9001", "x: has 3500 bytes, none at 9000")]
    [InlineData("3000-3500", "x: has 3500 bytes, not as many as 3501")]
    public void A_range_behind_the_end_is_refused(string range, string cause)
    {
        var run = Run($"y get --range {range} x");
        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.Contains(cause + "\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_not_be_read_is_not_called_damaged()
    {
        Run("rm x.000001; ln -s x.000001 x.000001");
        var verify = Run("y verify x");
        Assert.Equal(1, verify.Status);
        Assert.Contains("x.000001: bytes 1000-1999: cannot be read: too many levels of symbolic links\n", verify.Output, StringComparison.Ordinal);
        Assert.Contains("x: 4 of 4 fragments, 3.4 KiB: 1 not read\n", verify.Output, StringComparison.Ordinal);
        Assert.Contains("x: 1 of 4 fragments could not be read\n", verify.Error, StringComparison.Ordinal);

        Run("rm x.000002");
        Assert.Contains("1 of 4 fragments are not as they were stored, 1 could not be read", Run("y verify x").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_be_on_tape_is_not_called_damaged_and_the_hint_says_what_to_do()
    {
        Run("rm x.000001; truncate -s 1000 x.000001");
        foreach (var verb in (string[])["verify", "get"])
        {
            var run = Run($"y {verb} x");
            Assert.Equal(1, run.Status);
            Assert.Contains("may be on tape", run.Output + run.Error, StringComparison.Ordinal);
            Assert.Matches("hint: .*-hsm SYSTEM", run.Error);
        }
    }

    [Fact]
    public void What_is_wrong_without_being_missing_is_listed_as_that()
    {
        Run("echo more >> x.000001; rm x.000002; mkfifo x.000002");
        Assert.Contains(" 2 wrong ", Run("y ls x").Output, StringComparison.Ordinal);
        Assert.Contains("\"missing\":0,\"wrong\":2,", Run("y ls --json x").Output, StringComparison.Ordinal);
        Run("rm x.000000");
        Assert.Contains(" 1 missing, 2 wrong ", Run("y ls x").Output, StringComparison.Ordinal);
        Assert.Equal(["missing", "resized", "no", "disk"], Run("y info --fragments x").Output.TrimEnd('\n').Split('\n')[^4..].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]));
    }

    [Fact]
    public void The_system_is_asked_where_fragments_are()
    {
        Assert.Contains(" tape ", Run("y ls --hsm cmd --state-cmd 'for f in {}; do echo offline; done' x").Output, StringComparison.Ordinal);
        Assert.Contains(" 2 on tape ", Run("y ls --state-cmd 'for f in {}; do case $f in *[13]) echo offline;; *) echo dual;; esac; done' x").Output, StringComparison.Ordinal);
        Assert.Contains(" disk ", Run("y ls --state-cmd 'exit 1' x").Output, StringComparison.Ordinal);
        Assert.Equal(2, Run("y ls --hsm nothing x").Status);
    }

    private Shell Run(string script) => Shell.Run($"y() {{ '{Shell.Program}' yarchive \"$@\"; }}\n{script}", _directory);
}

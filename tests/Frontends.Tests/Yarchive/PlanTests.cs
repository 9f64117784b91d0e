using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Yarchive;

namespace Frontends.Tests.Yarchive;

/// <summary>From words to an invocation.</summary>
public sealed class PlanTests
{
    [Fact]
    public void A_stream_becomes_an_archive_on_another_host()
    {
        var plan = PlanOf("put", "--fragment", "2g", "user@host:/archive/db-1");
        Assert.Equal((Direction.Write, "host", "user"), (plan.Direction, plan.Remote.Host, plan.Remote.User));
        Assert.Equal(Resource.Archive(["/archive"], "db-1"), plan.There);
        Assert.Equal((Resource.Stdio, 2L << 30), (plan.Here, plan.Archiving!.Fragment));
    }

    [Theory]
    [InlineData("cat 'a b'", new[] { "cat 'a b'" })]
    [InlineData("cat 'a b'", new[] { "cat", "a b" })]
    public void One_word_is_a_shell_command_several_are_run_as_they_stand(string text, string[] producer) =>
        Assert.Equal(Resource.Command("", text), PlanOf(["put", "h:a", "--", .. producer]).Here);

    [Fact]
    public void Filters_run_here_and_are_recorded_in_their_order()
    {
        var plan = PlanOf("put", "--encrypt-with", "age -r k", "--filter", "zstd", "h:a");
        Assert.Equal("zstd -q -c\0age -r k", plan.Filters);
        Assert.Equal("zstd\0encrypt: age -r k", plan.Archiving!.Filters);
    }

    [Fact]
    public void What_is_got_is_undone_unless_it_is_wanted_as_it_is()
    {
        var plan = PlanOf("get", "--filter", "bunzip2", "--decrypt-with", "age -d", "h:a");
        Assert.Equal((true, "age -d\0bunzip2"), (plan.Unfilters, plan.Filters));
        Assert.False(PlanOf("get", "--raw", "h:a").Unfilters);
    }

    [Theory]
    [InlineData("ls", "h:", "yarchive ls .")]
    [InlineData("ls", "h:~/a", "yarchive ls a")]
    [InlineData("verify", "h:-x:y", "yarchive verify ./-x:y")]
    [InlineData("info", "h:/a/b:c", "yarchive info /a/b:c")]
    public void The_program_there_gets_words_that_it_takes_for_nothing_else(string verb, string name, string words) =>
        Assert.Equal(words, string.Join(' ', PlanOf(verb, name).There.Names));

    [Fact]
    public void Without_a_host_it_is_done_here()
    {
        Assert.IsType<ListCommand>(Parser.Parse("ls", "a").Local);
        Assert.IsType<VerifyCommand>(Parser.Parse("verify", "a/b").Local);
        Assert.Null(Parser.Parse("ls", "h:a").Local);
        Assert.Null(Parser.Parse("ls", "-e", "local", "a").Local);
        Assert.True(PlanOf("get", "a/b").Remote.IsLocal);
    }

    [Fact]
    public void A_login_is_kept_by_a_word_of_its_own_and_archives_by_another()
    {
        var plans = Parser.Parse("put", "--keep", "3", "--keep-login", "60", "h:d/home-2026-11-21").Plans;
        Assert.All(plans, plan => Assert.Equal(60, plan.Remote.KeepSeconds));
        Assert.Equal("yarchive rm --keep 3 d/home-2026-11-21", string.Join(' ', plans[1].There.Names));
        Assert.Equal(Remote.EndOfKeeping, PlanOf("ls", "--keep-login=end", "h:a").Remote.KeepSeconds);
        Assert.Equal(0, PlanOf("get", "a").Remote.KeepSeconds);
    }

    [Fact]
    public void To_keep_some_is_a_second_errand()
    {
        var plans = Parser.Parse("put", "--keep", "3", "h:d/home-2026-11-21").Plans;
        Assert.Equal(2, plans.Count);
        Assert.Equal("yarchive rm --keep 3 d/home-2026-11-21", string.Join(' ', plans[1].There.Names));
    }

    [Theory]
    [InlineData("yarchive verify --hsm dmf --release --recall-ahead 1m --wait 60 a", "verify", "--wait", "60", "--recall-ahead", "1m", "--release", "--hsm", "dmf", "h:a")]
    [InlineData("yarchive ls --hsm cmd --state-cmd my state a", "ls", "--hsm", "cmd", "--state-cmd", "my state", "h:a")]
    [InlineData("yarchive info --hsm sam a", "info", "--hsm", "sam", "h:a")]
    [InlineData("yarchive rm --force --hsm lustre a", "rm", "--force", "--hsm", "lustre", "h:a")]
    public void What_there_is_to_know_of_tapes_goes_to_the_program_there(string expected, params string[] words) =>
        Assert.Equal(expected, string.Join(' ', PlanOf(words).There.Names));

    [Fact]
    public void What_is_not_kept_is_given_up_by_the_system_that_has_it() =>
        Assert.Equal(
            "yarchive rm --keep 3 --hsm lustre home-5",
            string.Join(' ', Parser.Parse("put", "--keep", "3", "--migrate", "--release", "--wait", "9", "--hsm", "lustre", "h:home-5").Plans[1].There.Names));

    [Theory]
    [InlineData("home-2026-11-21", "home")]
    [InlineData("home-20261122T0300Z", "home")]
    [InlineData("pg-15-2026-11-21", "pg-15")]
    [InlineData("pg-16.3", "pg-16")]
    [InlineData("week-2026-W47", "week")]
    [InlineData("a.b_7", "a.b")]
    [InlineData("db1", null)]
    [InlineData("-1", null)]
    [InlineData("plain", null)]
    public void A_series_is_what_comes_before_a_date_or_number(string name, string? series) => Assert.Equal(series, Series.Of(name));

    [Theory]
    [InlineData("no archive is named", "put")]
    [InlineData("--range: not for put", "put", "--range", "0-", "h:a")]
    [InlineData("--keep: home: not part of a series", "put", "--keep", "1", "h:home")]
    [InlineData("--tree and a command exclude each other", "put", "--tree", "d", "h:a", "--", "x")]
    [InlineData("--index cannot look into a stream that went through --filter or --encrypt-with", "put", "--index", "--filter", "zstd", "h:a")]
    [InlineData("h:d/: not a name for an archive", "get", "h:d/")]
    [InlineData("push: not one of put, get, verify, ls, info, rm", "push", "h:a")]
    [InlineData("--sample: 0%: not a percentage", "verify", "--sample", "0%", "h:a")]
    [InlineData("--sample: 50%%: not a percentage", "verify", "--sample", "50%%", "h:a")]
    [InlineData("-keep: no such option", "rm", "-keep", "60", "h:a")]
    [InlineData("-keep=60: no such option", "put", "-keep=60", "h:a-1")]
    [InlineData("-keep-login: soon: neither a number of seconds (0 to 31536000) nor end", "ls", "--keep-login", "soon", "h:a")]
    [InlineData("-P, -O, -F and -keep-login are for ssh, not for the remote shell of -e", "ls", "--keep-login", "60", "-e", "local", "h:a")]
    [InlineData("-P, -O, -F and -keep-login are for ssh, and no host is named", "rm", "--keep-login", "60", "a")]
    [InlineData("--keep: -1: not a count of 1 or more", "rm", "--keep", "-1", "h:a")]
    [InlineData("--keep: 1k: not a count of 1 or more", "rm", "--keep=1k", "h:a")]
    [InlineData("--release: without --migrate nothing is migrated", "put", "--release", "h:a")]
    [InlineData("--hsm: without --migrate nothing is migrated", "put", "--hsm", "dmf", "h:a")]
    [InlineData("--state-cmd: without --migrate nothing is migrated", "put", "--state-cmd", "x", "h:a")]
    [InlineData("--recall-ahead: no data migration system is named", "get", "--recall-ahead", "1g", "h:a")]
    [InlineData("--wait: no data migration system is named", "verify", "--wait", "9", "h:a")]
    [InlineData("-P, -O, -F and -keep-login are for ssh, and no host is named", "ls", "-P", "22", "a")]
    [InlineData("-P, -O, -F and -keep-login are for ssh, not for the remote shell of -e", "ls", "-O", "x", "-e", "local", "h:a")]
    [InlineData("the host name is empty", "ls", ":a")]
    [InlineData("b: more than one name", "get", "a", "b")]
    [InlineData("b: more than one name", "rm", "--", "a", "b")]
    [InlineData("-a: no such option", "get", "-a")]
    public void What_makes_no_sense_is_refused(string cause, params string[] words)
    {
        var failure = Assert.Throws<Failure>(() => Parser.Parse(words));
        Assert.Equal((ExitCode.Usage, cause), (failure.Code, failure.Message));
    }

    [Fact]
    public void A_mistyped_verb_gets_a_near_name() => Assert.Equal("did you mean verify?", Assert.Throws<Failure>(() => Parser.Parse("verfy", "h:a")).Hint);

    [Fact]
    public void The_sign_of_a_part_in_percent_may_be_left_out() =>
        Assert.Equal(PlanOf("verify", "--sample", "50%", "h:a"), PlanOf("verify", "--sample=50", "h:a"));

    [Fact]
    public void A_small_part_is_written_as_it_is_read() =>
        Assert.Equal(["yarchive", "verify", "--sample", "0.00001%", "a"], PlanOf("verify", "--sample", "0.00001%", "h:a").There.Names);

    [Fact]
    public void What_goes_together_is_taken()
    {
        Assert.Equal(ArchivingFlags.Migrate | ArchivingFlags.Release, PlanOf("put", "--release", "--hsm", "dmf", "--migrate", "h:a").Archiving!.Flags);
        Assert.Equal((1L << 30, "dmf"), PlanOf("get", "--recall-ahead", "1g", "--hsm", "dmf", "h:a") is { Archiving: { } archiving } ? (archiving.Budget, archiving.System) : default);
    }

    [Theory]
    [InlineData("-x", "get", "--", "-x")]
    [InlineData("-x", "get", "h:-x")]
    [InlineData("./-x", "put", "./-x", "--", "-c")]
    public void A_name_that_begins_with_a_hyphen_is_taken_for_no_option(string name, params string[] words)
    {
        var there = PlanOf(words).There;
        Assert.Equal(name, there.Directories[0].Length > 0 ? $"{there.Directories[0]}/{there.Text}" : there.Text);
    }

    [Fact]
    public void A_far_end_here_is_named_even_if_the_host_is_not() =>
        Assert.Equal("local", PlanOf("get", "-e", "local", ":a").Remote.Host);

    private static Plan PlanOf(params string[] words) => Parser.Parse(words).Plans[0];
}

using Pipe;
using Pipe.Engine;
using Pipe.Protocol;

namespace Frontends.Tests.Yscp;

/// <summary>yscp command lines and the dmscp lines they are equal to.</summary>
public sealed class PlanTests
{
    public static TheoryData<string, string> Lines { get; } = new()
    {
        { "a h:", "dmscp -w -tree -s h -f . -l a" },
        { "h: .", "dmscp -r -tree -s h -f . -l ." },
        { "a b", "dmscp -w -tree -e local -f b -l a" },
        { "a u@h:b/c", "dmscp -w -tree -s h -u u -f b/c -l a" },
        { "scp://u@h:2222//b%20c .", "dmscp -r -tree -s h -u u -P 2222 -f '/b c' -l ." },
        { "-P 22 a scp://h:2222/b", "dmscp -w -tree -s h -P 2222 -f b -l a" },
        { "a '~b' '*.c' 'd[e]\\' h:~/x", "dmscp -w -tree -s h -f '~/x' -l a -l './~b' -l '\\*.c' -l 'd\\[e]\\\\' -inside" },
        { "'h:*.[ch]' h:'~/a b' '~'", "dmscp -r -tree -s h -f '*.[ch]' -f '~/a b' -l './~' -inside" },
        { "a b/", "dmscp -w -tree -e local -f b/ -l a -inside" },
        { "-r a h:b/", "dmscp -w -tree -s h -f b/ -l a -recurse" },
        { "-rp a h:b", "dmscp -w -tree -s h -f b -l a -recurse -preserve" },
        { "-a a h:b", "dmscp -w -tree -s h -f b -l a -recurse -preserve -all" },
        { "-rpP22 a h:b", "dmscp -w -tree -s h -P 22 -f b -l a -recurse -preserve" },
        { "-rZ a h:b", "dmscp -w -tree -s h -f b -l a -recurse -resume" },
        { "--resume a h:b", "dmscp -w -tree -s h -f b -l a -resume" },
        { "--quick a h:b", "dmscp -w -tree -s h -f b -l a -resume -quick" },
        { "-r --delete --one-file-system --exclude '*.o' --exclude=x/y a h:b", "dmscp -w -tree -s h -f b -l a -recurse -delete -one-file-system -exclude '*.o' -exclude x/y" },
        { "--verify a h:b", "dmscp -w -tree -s h -f b -l a -verify" },
        { "--verify --dry-run a h:b", "dmscp -w -tree -s h -f b -l a -dry-run" },
        { "-T h:a b", "dmscp -r -tree -s h -f a -l b -trust-names" },
        { "-46ABC a h:b", "dmscp -w -tree -s h -o AddressFamily=inet -o AddressFamily=inet6 -o ForwardAgent=yes -o BatchMode=yes -o Compression=yes -f b -l a" },
        { "-i key -i 'k \"1' -J j1,j2 -oUser=x -F cfg a h:b", "dmscp -w -tree -s h -o IdentityFile=key -o 'IdentityFile=\"k \\\"1\"' -o ProxyJump=j1,j2 -o User=x -ssh-config cfg -f b -l a" },
        { "-c aes128-ctr a h:b", "dmscp -w -tree -s h -o Ciphers=aes128-ctr -f b -l a -encrypt" },
        { "--authenticate --encrypt --authenticate a h:b", "dmscp -w -tree -s h -f b -l a -encrypt" },
        { "-l 8 a h:b", "dmscp -w -tree -s h -f b -l a -rate 1k" },
        { "-l 8 --rate 5m --streams 4 a h:b", "dmscp -w -tree -s h -f b -l a -streams 4 -rate 5m" },
        { "--ports 5000-5010 --connect reverse a h:b", "dmscp -w -tree -s h -f b -l a -p 5000-5010 -connect reverse" },
        { "'a{b,c}' h:", "dmscp -w -tree -s h -f . -l 'a\\{b,c}'" },
        { "--keep-login 60 a h:b", "dmscp -w -tree -s h -keep-login 60 -f b -l a" },
        { "--keep 60 a h:b", "dmscp -w -tree -s h -keep-login 60 -f b -l a" },
        { "--keep-login=end a h:b", "dmscp -w -tree -s h -keep-login end -f b -l a" },
        { "-q a h:b", "dmscp -w -tree -s h -o LogLevel=QUIET -f b -l a" },
        { "-vvv a h:b", "dmscp -w -tree -s h -o LogLevel=DEBUG3 -f b -l a" },
        { "-S 'my ssh' -P 22 -F c -4 a u@h:b", "dmscp -w -tree -s h -u u -e ''\\''my ssh'\\'' -x -T -F c -p 22 -oAddressFamily=inet' -f b -l a" },
        { "-D /sftp-server a h:b", "dmscp -w -tree -s h -e local -f b -l a" },
        { "-Os -X nrequests=4 -Xbuffer=1k a h:b", "dmscp -w -tree -s h -f b -l a" },
        { "a g:b h:c h:d e .", "dmscp -w -tree -e local -f . -l a -inside\ndmscp -r -tree -s g -f b -l . -inside\ndmscp -r -tree -s h -f c -f d -l . -inside\ndmscp -w -tree -e local -f . -l e -inside" },
        { "-r a b", "dmscp -w -tree -e local -f b -l a -recurse -links" },
        { "-a a b", "dmscp -w -tree -e local -f b -l a -recurse -preserve -all" },
        { "-r a h:b c", "dmscp -w -tree -e local -f c -l a -recurse -links -inside\ndmscp -r -tree -s h -f b -l c -recurse -inside" },
        { "g:a h:b", "dmscp -r -tree -s g -f a\ndmscp -w -tree -s h -f b" },
        { "--keep-login end h:a g:b h:c .", "dmscp -r -tree -s h -keep-login 60 -f a -l . -inside\ndmscp -r -tree -s g -keep-login end -f b -l . -inside\ndmscp -r -tree -s h -keep-login end -f c -l . -inside" },
        { "-3 g:a h:b", "dmscp -r -tree -s g -f a -connect ssh\ndmscp -w -tree -s h -f b -connect ssh" },
        { "-3R g:'a b' u@h:c", "dmscp -r -s g -R 'dmscp -w -tree -s h -u u -o BatchMode=yes -f c -l '\\''a b'\\''' -l null:" },
        { "-ArqR g:a h:b", "dmscp -r -s g -o ForwardAgent=yes -o LogLevel=QUIET -R 'dmscp -w -tree -s h -o BatchMode=yes -f b -l a -recurse -q' -l null:" },
        { "-R3 g:a h:b", "dmscp -r -tree -s g -f a -connect ssh\ndmscp -w -tree -s h -f b -connect ssh" },
        { "-- -a -- h:", "dmscp -w -tree -s h -f . -l -a -l -- -inside" },
        { "- h:", "dmscp -w -tree -s h -f . -l -" },
        { "a h:-x", "dmscp -w -tree -s h -f -x -l a" },
        { "a -r h:", "dmscp -w -tree -s h -f . -l a -l -r -inside" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_command_line_is_a_plan(string line, string plans)
    {
        var invocation = Parse(line);
        Assert.Equal(plans.Split('\n'), invocation.Transfers.SelectMany(transfer => Pipe.Yscp.YscpRun.Plans(transfer, invocation.Verbosity)).Select(Pipe.Dmscp.PlanText.Print));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void The_printed_plan_parses_back(string line, string plans)
    {
        var invocation = Parse(line);
        Assert.All(
            invocation.Transfers.SelectMany(transfer => Pipe.Yscp.YscpRun.Plans(transfer, invocation.Verbosity)),
            plan => Assert.Equal(plan, Pipe.Dmscp.Parser.Parse([.. Pipe.Dmscp.PlanText.Words(plan)]).Plan));
        Assert.NotEmpty(plans);
    }

    [Fact]
    public void A_name_may_be_any_bytes()
    {
        var name = RawText.Decode([.. "a'\"$`\n\t\\"u8, 0xFF, 0x9B]);
        var plan = Assert.Single(Pipe.Yscp.Parser.Parse("h:" + name, name).Transfers).Plan;
        Assert.Equal((name, name), (plan.There.Text, plan.Here.Text));
        Assert.Equal(name, Glob.Unescape(Glob.Escape(name)));
    }

    [Theory]
    [InlineData("a b", "")]
    [InlineData("a b c", "c")]
    [InlineData("a h:b c", "c")]
    [InlineData("a b h:c", "")]
    public void Several_sources_need_a_local_directory_to_be_there(string line, string directory) => Assert.Equal(directory, Parse(line).Directory);

    [Theory]
    [InlineData("a b", true, 0)]
    [InlineData("-q a b", false, -1)]
    [InlineData("-qv a b", false, -1)]
    [InlineData("-v a b", true, 1)]
    [InlineData("-vvvv a b", true, 2)]
    public void Quiet_is_stronger_than_verbose(string line, bool progress, int verbosity) =>
        Assert.Equal((progress, verbosity), (Parse(line).Progress, Parse(line).Verbosity));

    private static Pipe.Yscp.TransferList Parse(string line) => Pipe.Yscp.Parser.Parse([.. ShellWords.Split(line)]);
}

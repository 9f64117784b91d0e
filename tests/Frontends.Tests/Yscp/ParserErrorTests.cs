using Pipe.Engine;
using Pipe.Yscp;

namespace Frontends.Tests.Yscp;

public sealed class ParserErrorTests
{
    [Theory]
    [InlineData("", 1, "missing source and target operands")]
    [InlineData("a", 1, "missing target operand after 'a'")]
    [InlineData("-1 a b", 1, "-1: no such option")]
    [InlineData("-rQ a b", 1, "-Q: no such option")]
    [InlineData("-help a b", 1, "-help: no such option")]
    [InlineData("-version", 1, "-version: no such option")]
    [InlineData("-rate 5m a b", 1, "-rate: no such option")]
    [InlineData("--foo a b", 1, "--foo: no such option")]
    [InlineData("--foo=1 a b", 1, "--foo: no such option")]
    [InlineData("--r a b", 1, "--r: no such option")]
    [InlineData("--quick=1 a b", 1, "--quick: takes no argument")]
    [InlineData("-P", 1, "-P: the argument is missing")]
    [InlineData("-rP", 1, "-P: the argument is missing")]
    [InlineData("--rate", 1, "--rate: the argument is missing")]
    [InlineData("-P x a b", 255, "-P: x: not a port (1 to 65535)")]
    [InlineData("-P0 a b", 255, "-P: 0: not a port (1 to 65535)")]
    [InlineData("-Pa b", 255, "-P: a: not a port (1 to 65535)")]
    [InlineData("-P -1 a b", 255, "-P: -1: not a port (1 to 65535)")]
    [InlineData("-l 0 a b", 1, "-l: 0: not a number of Kbit per second (1 to 104857600)")]
    [InlineData("-l 104857601 a b", 1, "-l: 104857601: not a number of Kbit per second (1 to 104857600)")]
    [InlineData("--rate= a b", 1, "--rate: the argument is empty")]
    [InlineData("--rate 0 a b", 1, "--rate: 0: not between 1 and 9223372036854775807")]
    [InlineData("--streams 65 a b", 1, "--streams: 65: not 1 to 64")]
    [InlineData("--ports 5- a b", 1, "--ports: 5-: not a range LOW-HIGH")]
    [InlineData("--connect x a b", 1, "--connect: x: not one of auto, direct, reverse, ssh")]
    [InlineData("-X x a b", 255, "-X: x: neither nrequests=N nor buffer=SIZE")]
    [InlineData("-X nrequests=0 a b", 255, "-X: nrequests: 0: not between 1 and 2147483647")]
    [InlineData("-X nrequests=many a b", 255, "-X: nrequests: many: not a size")]
    [InlineData("-X buffer= a b", 255, "-X: buffer: the argument is empty")]
    [InlineData("-i '' a b", 1, "-i: the argument is empty")]
    [InlineData("--exclude= a b", 1, "--exclude: the argument is empty")]
    [InlineData("--delete a b", 1, "--delete needs -r or -a")]
    [InlineData("-r --delete h:a g:b c", 1, "--delete: all sources must be on one host")]
    [InlineData("-r --delete a/. h:b/. c", 1, "--delete: all sources must be on one host")]
    [InlineData("a b --delete", 1, "--delete: options come before the files")]
    [InlineData("a --rate=5m b", 1, "--rate=5m: options come before the files")]
    [InlineData("a ''", 1, "the target has an empty name")]
    public void A_line_that_makes_no_sense_is_refused_with_the_status_of_scp(string line, int status, string cause)
    {
        var failure = Assert.Throws<Failure>(() => Parser.Parse([.. ShellWords.Split(line)]));
        Assert.Equal((cause, status), (failure.Message, Status.Of(failure.Code)));
    }

    [Theory]
    [InlineData("-h", CommandKind.Usage)]
    [InlineData("--help --nonsense", CommandKind.Usage)]
    [InlineData("-rh nonsense", CommandKind.Usage)]
    [InlineData("--version", CommandKind.Version)]
    internal void Some_options_end_the_reading(string line, CommandKind errand) => Assert.Equal(errand, Parser.Parse(line.Split(' ')).Kind);
}

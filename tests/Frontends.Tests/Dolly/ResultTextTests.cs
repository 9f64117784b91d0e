using Pipe.Dolly;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Frontends.Tests.Dolly;

public sealed class ResultTextTests
{
    private static readonly string[] Names = ["n1", "n2", "n3"];
    private static readonly Edge Edge = new(new Objects(Parser.Parse(["-I", "i", "-H", "n1"], _ => "")).Plans()[0], new Tally(), Unobserved.Instance);

    private static readonly ChainNodeResult[] Results =
    [
        new(Edge, 0) { Bytes = 1 << 20, Elapsed = TimeSpan.FromSeconds(2), Digest = 0xABC, Verified = ChainVerify.Read, Parents = [-1] },
        new(Edge, 1) { Bytes = 4096, Elapsed = TimeSpan.FromSeconds(1), Parents = [0], Fault = new ChainFault(new Failure(ExitCode.NoSpace, "no space left on device"), 4096, Errno.NoSpace) },
        new(Edge, 2) { Bytes = 1 << 20, Elapsed = TimeSpan.FromSeconds(2), Digest = 0xABC, Rejoined = 2, Parents = [1, 0] },
    ];

    [Fact]
    public void A_table_has_a_line_for_each_node() => Assert.Equal(
        [
            "    # node          bytes   seconds        rate digest           verified  verdict",
            "    1 n1          1048576     2.000    512KiB/s 0000000000000abc read      ok",
            "    2 n2             4096     1.000    4.0KiB/s                            no space left on device (at byte 4096, errno 28)",
            "    3 n3          1048576     2.000    512KiB/s 0000000000000abc written   ok, started again 2 times",
        ],
        new ResultText(Results, Names).Table());

    [Fact]
    public void Json_has_an_object_for_each_node()
    {
        var lines = new ResultText(Results, Names).Json().TrimEnd().Split('\n');
        Assert.Equal(
            """{"node":"n1","ok":true,"position":1,"state":"ok","bytes":1048576,"kept":0,"seconds":2.000,"rate":524288,"digest":"0000000000000abc","verified":"read","rejoined":0,"slow":false,"parents":"head","offset":null,"errno":null,"cause":null,"hint":null}""",
            lines[0]);
        Assert.Equal(
            """{"node":"n2","ok":false,"position":2,"state":"failed","bytes":4096,"kept":0,"seconds":1.000,"rate":4096,"digest":null,"verified":null,"rejoined":0,"slow":false,"parents":"n1","offset":4096,"errno":28,"cause":"no space left on device","hint":null}""",
            lines[1]);
        Assert.Contains("\"state\":\"rejoined\"", lines[2]);
        Assert.Contains("\"parents\":\"n2,n1\"", lines[2]);
    }
}

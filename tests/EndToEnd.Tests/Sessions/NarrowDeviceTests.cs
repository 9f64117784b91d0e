namespace EndToEnd.Tests.Sessions;

/// <summary>A device that cannot carry the smallest datagram of the data channel: the program tries once, and reports it.</summary>
public sealed class NarrowDeviceTests : CopyTest
{
    private const string Told = "the route to 127.0.0.1 carries packets of at most 1100 bytes, and datagrams need 1228";

    [Cases(Needs.Root, "ip")]
    [InlineData("dmscp", "-w -e local -channel udp -l file -d $PWD -f there", "-channel auto falls back to tcp")]
    [InlineData("dccli", "--launch local --channel udp file h1:$PWD/there", "--channel auto falls back to tcp")]
    [InlineData("dolly", "--launch local --channel udp -I file -H n1,n2 -O $PWD/there%h", "--channel tcp needs no datagrams")]
    public async Task It_is_reported_and_not_tried_again(string program, string words, string hint)
    {
        var result = await Run($$"""
            head -c 5000000 /dev/urandom > file
            unshare -n bash -c 'ip link set lo mtu 1100 up; {{program}} -v {{words}} 2> words; test $? -ne 0 && ! grep -e "trying again" -e "started again" words'
            grep -c 'error: .*{{Told}}' words
            grep -c 'hint: .*{{hint}}' words
            """);
        Assert.Equal(program == "dolly" ? "2\n2\n" : "1\n1\n", result.Output);
    }

    [Cases(Needs.Root, "ip")]
    [InlineData("-channel tcp")]
    [InlineData("-channel auto")]
    public async Task Connections_do_without_datagrams(string channel) =>
        (await Run($$"""
            head -c 5000000 /dev/urandom > file
            unshare -n bash -c 'ip link set lo mtu 1100 up; dmscp -w -e local {{channel}} -l file -d $PWD -f there' && cmp file there
            """)).Is(0);
}

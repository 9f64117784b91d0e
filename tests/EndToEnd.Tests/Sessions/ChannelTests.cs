using System.Net;
using System.Net.Sockets;
using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Sessions;

/// <summary>Which connections are made, and by which ports.</summary>
public sealed class ChannelTests : CopyTest
{
    [Cases]
    [BothWays]
    public async Task What_is_small_needs_no_data_connection(Far far) =>
        (await Run("""
            set -e
            small() { tail -n 1 events | grep -q '"way":"ssh","lanes":0' && ! grep -q '"way":"direct"' events; }
            dmscp -w $FAR -events events -l pattern:65536 -f pattern:; small
            dmscp -r $FAR -events events -f pattern:65536 -l pattern:; small
            dmscp -r $FAR -f pattern:65536 | dmscp -w $FAR -events events -f pattern:; small
            dmscp -w $FAR -events events -l null: -f null:; small
            """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task What_is_larger_makes_them_to_the_address_that_ssh_used(Far far) =>
        (await Run("""
            set -e
            large() { grep -q '"event":"channel","way":"direct"' events && tail -n 1 events | grep -q '"way":"direct"'; }
            dmscp -w $FAR -events events -l pattern:5m -f pattern:; large
            dmscp -r $FAR -events events -f pattern:5m -l pattern:; large
            """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task Through_ssh_alone_everything_arrives_too(Far far) =>
        (await Run("""
            set -e
            head -c 5000000 /dev/urandom > source
            dmscp -w $FAR -connect ssh -events events -d "$PWD" -f there < source
            cmp source there
            tail -n 1 events | grep '"way":"ssh","lanes":0'
            dmscp -r $FAR -connect ssh -d "$PWD" -R 'cat there' | cmp source -
            """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task From_there_to_here_everything_arrives_too(Far far) =>
        (await Run("""
            set -e
            head -c 5000000 /dev/urandom > source
            dmscp -w $FAR -connect reverse -events events -d "$PWD" -f there < source
            cmp source there
            tail -n 1 events | grep '"way":"reverse"'
            dmscp -r $FAR -connect reverse -d "$PWD" -R 'cat there' | cmp source -
            """, far)).Is(0);

    [Case(Needs.Sshd)]
    public async Task Where_the_remote_address_does_not_answer_another_way_is_found_and_told() =>
        (await Run("""
            set -e
            dmscp -v -w $FAR -data-host 192.0.2.1 -events events -l pattern:5m -f pattern:
            grep -E '"event":"channel","way":"(reverse|ssh)","reason":"direct: 192.0.2.1 .*"' events
            """, Far.Ssh, 60)).Is(0);

    /// <summary>The remote end could direct us at a third host.</summary>
    [Cases(Needs.Sshd)]
    [InlineData("tcp", "direct")]
    [InlineData("udp", "direct udp")]
    public async Task An_address_that_ssh_has_not_reached_is_not_used_whatever_the_remote_end_announces(string channel, string way) =>
        (await Run($$"""
            set -e
            dmscp -vv -w $FAR -channel {{channel}} -prefix 'SSH_CONNECTION="192.0.2.1 1 192.0.2.1 22"; export SSH_CONNECTION' -events events -l pattern:5m -f pattern: 2> words
            grep 'announced at 192.0.2.1$' words
            tail -n 1 events | grep '"way":"{{way}}"'
            """, Far.Ssh, 60)).Is(0);

    /// <summary>An alias of ssh's configuration, which no resolver knows.</summary>
    [Cases(Needs.Sshd)]
    [InlineData("tcp", "direct")]
    [InlineData("udp", "direct udp")]
    public async Task An_alias_leads_to_the_address_that_ssh_reaches(string channel, string way) =>
        (await Run($$"""
            set -e
            { printf 'Host alias.invalid\n  HostName 127.0.0.1\n'; cat "$SSH_CONFIG"; } > config
            dmscp -w -s alias.invalid -ssh-config "$PWD/config" -channel {{channel}} -events events -l pattern:5m -f pattern:
            tail -n 1 events | grep '"way":"{{way}}"'
            """, Far.Ssh, 60)).Is(0);

    /// <summary>The side that sends has the measurements, whichever side connects.</summary>
    [Cases(Needs.Sshd)]
    [InlineData("-w", "-l pattern:30m -f null:")]
    [InlineData("-r", "-f pattern:30m -l null:")]
    public async Task On_a_short_path_datagrams_in_reverse_give_way_to_connections(string direction, string operands) =>
        (await Run($"""
            set -e
            dmscp {direction} $FAR -connect reverse -channel auto -rate 8m -events events {operands}
            grep '"event":"channel","way":"reverse udp"' events
            grep '"event":"channel","way":"reverse","reason"' events
            tail -n 1 events | grep '"way":"reverse"'
            """, Far.Ssh, 60)).Is(0);

    [Cases]
    [BothWays]
    public async Task Data_connections_keep_to_the_ports_they_are_given(Far far)
    {
        var port = FreePort();
        var copying = Start($"dmscp -w $FAR -p {port} -rate 4m -l pattern:10m -f pattern:", far);
        await copying.Until(
            () => copying.HasEnded || Checkout.Run("ss", "-Htn", "state", "established", $"sport = :{port}").Lines.Count > 0,
            $"connections to port {port}");
        Assert.False(copying.HasEnded);
        (await copying.End()).Is(0);
        Assert.Empty(Checkout.Run("ss", "-Htln", $"sport = :{port}").Lines);

        // The same port serves the next session at once.
        (await Run($"dmscp -w $FAR -p {port} -l pattern:1m -f pattern:", far)).Is(0);
    }

    [Case]
    public async Task Sessions_with_a_port_each_do_not_disturb_each_other()
    {
        var (one, two) = (FreePort(), FreePort());
        (await Run($"""
            dmscp -w $FAR -p {one} -l pattern:20m -f pattern: & first=$!
            dmscp -w $FAR -p {two} -l pattern:20m -f pattern: & second=$!
            wait $first && wait $second
            """)).Is(0);
    }

    [Case]
    public async Task Sessions_share_a_range()
    {
        var low = FreePort();
        (await Run($"""
            pids=
            for i in 1 2 3; do
              dmscp -w $FAR -p {low}-{low + 9} -l pattern:20m -f pattern: &
              pids="$pids $!"
            done
            for pid in $pids; do wait $pid || exit; done
            """)).Is(0);
    }

    [Cases]
    [InlineData("direct")]
    [InlineData("reverse")]
    public async Task A_range_without_a_free_port_is_told(string way)
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port;
        (await Run($"dmscp -w $FAR -connect {way} -p {port} -l pattern:1m -f null:")).Is(3).Says("cannot listen", "-p LOW-HIGH");
    }

    [Case(Needs.Sshd)]
    public async Task Without_a_free_port_there_the_far_end_connects()
    {
        using var busy = new TcpListener(IPAddress.Parse("127.0.0.2"), 0);
        busy.Start();
        (await Run($"""
            set -e
            far="-s 127.0.0.1 -ssh-config $SSH_CONFIG -p {((IPEndPoint)busy.LocalEndpoint).Port}"
            elsewhere='SSH_CONNECTION="127.0.0.1 1 127.0.0.2 22"; export SSH_CONNECTION'
            dmscp -v -w $far -prefix "$elsewhere" -events events -l pattern:5m -f pattern:
            grep '"event":"channel","way":"reverse","reason":"direct: cannot listen: .*"' events
            dmscp -v -r $far -prefix "$elsewhere" -events events -f pattern:5m -l pattern:
            grep '"event":"channel","way":"reverse","reason":"direct: cannot listen: .*"' events
            """)).Is(0).Says("reverse", "direct: cannot listen: ");
    }

    [Cases]
    [BothWays]
    public async Task Without_a_free_port_at_either_end_everything_goes_through_ssh(Far far)
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        (await Run($"""
            set -e
            port={((IPEndPoint)busy.LocalEndpoint).Port}
            dmscp -v -w $FAR -p $port -events events -l pattern:5m -f pattern:
            grep '"event":"channel","way":"ssh","reason":"direct: cannot listen: .*; reverse: cannot listen: .*"' events
            XDG_CACHE_HOME=$PWD/other dmscp -v -r $FAR -p $port -events events -f pattern:5m -l pattern:
            grep '"event":"channel","way":"ssh","reason":"direct: cannot listen: .*; reverse: cannot listen: .*"' events
            dmscp -v -w $FAR -p $port -l pattern:1k -f pattern:
            """, far)).Is(0);
    }

    [Case]
    public async Task A_stranger_at_the_data_port_is_sent_away_and_does_no_harm()
    {
        var port = FreePort();
        var copying = Start($"dmscp -w $FAR -connect direct -p {port} -prefix 'sleep 1' -rate 4m -L 'sleep 1; cat source' -d \"$PWD\" -f there");
        (await Run("head -c 8000000 /dev/urandom > new; mv new source")).Is(0);
        var strangers = Start($"""
            while sleep 0.05; do
              exec 3<> /dev/tcp/127.0.0.1/{port} && printf 'GET / HTTP/1.0\r\n\r\n' >&3
            done 2> /dev/null
            """);
        (await copying.End()).Is(0);
        Processes.Signal(strangers.Id, "KILL");
        (await Run("cmp source there")).Is(0);
    }

    [Cases]
    [InlineData("-encrypt")]
    [InlineData("-authenticate")]
    [InlineData("-streams 1")]
    [InlineData("-streams 8")]
    public async Task Protection_and_streams_do_not_change_what_arrives(string option) =>
        (await Run($"""
            set -e
            head -c 20000001 /dev/urandom > source
            dmscp -w $FAR {option} -d "$PWD" -f there -l source
            cmp source there
            dmscp -r $FAR {option} -d "$PWD" -R 'cat there' | cmp source -
            """)).Is(0);

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        while (true)
        {
            var port = Random.Shared.Next(12_000, 20_000);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }
}

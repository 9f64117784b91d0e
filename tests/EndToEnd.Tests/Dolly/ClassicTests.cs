namespace EndToEnd.Tests.Dolly;

/// <summary>
/// The wire of dolly 0.5x, against a peer that was written from its description: machines are namespaces on a bridge, and each client sees its
/// own file under the one name that the configuration has.
/// </summary>
public sealed class ClassicTests : DollyTest
{
    private const string Machines = """
        export BRIDGE_NAME=$PIPE_TEST; cluster() { bash "$BRIDGE" "$@"; }
        setup() { cluster up 3 -giga; trap 'cluster down' EXIT; head -c "$1" /dev/urandom > image; mkdir t; touch target; empty; }
        empty() { for i in 1 2 3; do : > t/n$i; done; }
        config() { printf "$1\n"; printf 'server h\nfirstclient n1\nlastclient n3\nclients 3\nn1\nn2\nn3\nendconfig\n'; }
        theirs() { cluster on n$1 unshare -m sh -c "mount --bind t/n$1 target; HOST=n$1 exec $PEER client"; }
        ours() { HOST=n$1 cluster on n$1 dolly --classic --allow-from h --allow-from n1 --allow-from n2 --outfile $PWD/t/n$1; }
        all() { $1 1 & $2 2 & $3 3 & }
        same() { for i in 1 2 3; do cmp image t/n$i && echo n$i; done; }

        """;

    private static string Script(string text) =>
        $"BRIDGE={Repository.Checkout.PathOf("tests/lab/bridge")} PEER={Repository.Checkout.PathOf("tests/fakes/dolly05")}\n{Machines}{text}";

    [Cases(Needs.Root, "ip", "python3", Needs.Tunnel)]
    [InlineData("theirs theirs theirs", "")]
    [InlineData("ours ours ours", "")]
    [InlineData("theirs ours theirs", "")]
    [InlineData("ours theirs ours", "")]
    [InlineData("theirs theirs theirs", "\\nadd 1:-giga")]
    [InlineData("ours theirs ours", "\\nadd 1:-giga")]
    [InlineData("theirs ours theirs", "\\nfanout 2")]
    [InlineData("ours theirs theirs", "\\nfanout 2")]
    public async Task Our_server_sends_to_clients_of_both_kinds(string clients, string more) =>
        (await Run(Script($"setup 5000001; config \"infile $PWD/image\\noutfile $PWD/target{more}\" > cfg; all {clients}; HOST=h cluster on h dolly --classic -s -f cfg; echo $?; wait; same")))
            .Is(0).Prints("0\nn1\nn2\nn3\n").Says("unverified", "Clients done.");

    [Cases(Needs.Root, "ip", "python3", Needs.Tunnel)]
    [InlineData("ours theirs theirs", "", "")]
    [InlineData("theirs ours ours", "", "")]
    [InlineData("theirs theirs ours", "\\nadd 1:-giga", "")]
    [InlineData("ours ours theirs", "\\nfanout 2", "--block 65536")]
    public async Task Their_server_sends_to_clients_of_both_kinds(string clients, string more, string options) =>
        (await Run(Script($"setup 5000001; config \"infile $PWD/image\\noutfile $PWD/target{more}\" > cfg; all {clients}; cluster on h $PEER server cfg {options}; echo $?; wait; same")))
            .Is(0).Prints("0\nn1\nn2\nn3\n").Says("Clients done.");

    /// <summary>The length after which a client of dolly waits for more.</summary>
    [Case(Needs.Root, "ip", "python3", Needs.Tunnel)]
    public async Task A_configuration_of_exactly_one_segment_is_no_trap() =>
        (await Run(Script("""
            setup 10000; short=$(config "infile $PWD/image\noutfile $PWD/target" | wc -c)
            config "infile $(printf '/%.0s' $(seq $((1448 - short))))$PWD/image\noutfile $PWD/target" > cfg; wc -c < cfg
            all theirs ours theirs; HOST=h cluster on h dolly -q --classic -s -f cfg; echo $?; wait; same; empty
            all ours theirs ours; cluster on h $PEER server cfg; wait; same
            """))).Is(0).Prints("1448\n0\nn1\nn2\nn3\nn1\nn2\nn3\n");

    [Case(Needs.Root, "ip", "python3", Needs.Tunnel)]
    public async Task A_client_writes_only_its_file_and_accepts_only_its_server() =>
        (await Run(Script("""
            setup 10000; config "infile $PWD/image\noutfile $PWD/stolen" > cfg
            cluster on n1 dolly --classic -a 3 --allow-from 10.79.0.99 --outfile $PWD/t/n1; echo $?
            all ours ours ours; HOST=h cluster on h dolly -q --classic -s -f cfg; echo $?; wait; same; ls stolen
            """))).Prints("1\n0\nn1\nn2\nn3\n").Says("no server within 3 seconds", "stolen");

    [Case(Needs.Root, "ip", Needs.Tunnel)]
    public async Task A_client_that_is_missing_is_named() =>
        (await Run(Script("""
            setup 10000; config "infile $PWD/image\noutfile $PWD/target" > cfg
            ours 1 & ours 2 & HOST=h cluster on h dolly -a 3 --classic -s -f cfg; echo $?; wait
            """))).Prints("1\n").Says("clients are not ready after 3 seconds");
}

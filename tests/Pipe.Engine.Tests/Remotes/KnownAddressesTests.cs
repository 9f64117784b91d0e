using System.Net;

namespace Pipe.Engine.Tests.Remotes;

/// <summary>Which of the addresses that a remote host announces are believed.</summary>
public sealed class KnownAddressesTests
{
    private static readonly IPAddress Other = IPAddress.Parse("192.0.2.1");

    [Fact]
    public void An_announced_address_must_be_one_to_which_the_name_leads()
    {
        var known = Of(new Remote { Host = "127.0.0.2" });
        Assert.Equal(["127.0.0.2"], Admit(known, "192.0.2.1", "127.0.0.2"));
        Assert.Equal(["127.0.0.2"], Admit(known, "192.0.2.1"));
        Assert.Equal(["127.0.0.2"], Admit(known));
    }

    /// <summary>ssh connects to the address of its configuration, whatever the name that the user gave.</summary>
    [Fact]
    public void The_name_that_ssh_connects_to_counts_too()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["config"], "Host alias.invalid\n  HostName 127.0.0.3\n");
        var known = Of(new Remote { Host = "alias.invalid", SshConfig = scratch["config"] });
        Assert.Equal(["127.0.0.3"], Admit(known, "192.0.2.1", "127.0.0.3"));
    }

    [Fact]
    public void A_name_that_leads_nowhere_admits_nothing() => Assert.Empty(Admit(Of(new Remote { Host = "nowhere.invalid", SshConfig = "none" }), "192.0.2.1"));

    [Fact]
    public void The_address_that_the_launcher_reached_is_enough() =>
        Assert.Equal([Other], new KnownAddresses(new Access(new Remote { Host = "127.0.0.2" }, 10), Other).Admit([IPAddress.Loopback, Other]));

    /// <summary>The command of the user that takes ssh's place names no address.</summary>
    [Fact]
    public void Where_a_command_reaches_a_host_without_a_name_all_are_taken() =>
        Assert.Equal(["192.0.2.1", "127.0.0.1"], Admit(Of(new Remote { Shell = "rsh" }), "192.0.2.1", "127.0.0.1"));

    private static KnownAddresses Of(Remote remote) => new(new Access(remote, 10), null);

    private static IEnumerable<string> Admit(KnownAddresses known, params string[] announced) =>
        known.Admit([.. announced.Select(IPAddress.Parse)]).Select(address => address.ToString());
}

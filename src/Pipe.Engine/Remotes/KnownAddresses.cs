using System.Net;

namespace Pipe.Engine;

/// <summary>
/// The addresses of a remote host as this side knows them: the one that its launcher reached, those of the host's name, and those of the name to which
/// ssh's configuration maps it. A host that announces an address is believed only if the address is one of these, so that it cannot direct data
/// connections and datagrams at a third host.
/// </summary>
/// <param name="access">The host, and how to log in to it.</param>
/// <param name="reached">The address that the launcher reached, if it knows that.</param>
internal sealed class KnownAddresses(Access access, IPAddress? reached)
{
    private readonly Lazy<IPAddress[]> _named = new(() => reached is not null ? [reached] : HostAddresses.Of(access.Remote.Host));
    private readonly Lazy<IPAddress[]> _mapped = new(() => HostAddresses.Of(MappedName(access)));

    /// <summary>
    /// The announced addresses that are known to be the host's, then the other known ones. Where a command of the user reached a host without a name
    /// or with one that does not resolve, nothing is known, and the announced addresses are taken. May wait for name resolution.
    /// </summary>
    public IReadOnlyList<IPAddress> Admit(IReadOnlyList<IPAddress> announced)
    {
        var known = announced.Any(address => _named.Value.Contains(address)) ? _named.Value : [.. _named.Value, .. _mapped.Value];
        return known.Length == 0 && !access.Launcher.FollowsSshConfiguration ? announced : [.. announced.Where(address => known.Contains(address)).Concat(known).Distinct()];
    }

    /// <summary>The name that ssh connects to; empty if another launcher reached the host.</summary>
    private static string MappedName(Access access) =>
        access.Launcher.FollowsSshConfiguration ? SshMaster.ValueOf("hostname", StartLine.Ssh(access), access.Remote.Host) : "";
}

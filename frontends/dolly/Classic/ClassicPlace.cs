using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>The place of a classic client in the chain.</summary>
/// <param name="Index">Index in the list of hosts.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Children">The hosts that it feeds.</param>
internal sealed record ClassicPlace(int Index, string Name, IReadOnlyList<string> Children)
{
    /// <summary>Finds a host by its names, or else by its addresses.</summary>
    /// <param name="config">The configuration of the server.</param>
    /// <param name="names">The names of this host.</param>
    /// <param name="isOwnAddress">Whether a name of the list leads to this host.</param>
    /// <exception cref="Failure">The list does not have it.</exception>
    public static ClassicPlace Find(Configuration config, IReadOnlyList<string> names, Func<string, bool> isOwnAddress)
    {
        var hosts = config.Hosts.ToList();
        var index = hosts.FindIndex(host => names.Contains(host));
        index = index >= 0 ? index : hosts.FindIndex(host => names.Any(name => OwnName.IsSame(host, name, config.IsHyphenNormal)));
        index = index >= 0 ? index : hosts.FindIndex(host => isOwnAddress(host));
        if (index < 0)
        {
            throw new Failure(ExitCode.Usage, "Couldn't find myself in hostlist.", $"this host is {string.Join(", ", names)}; HOST sets another name");
        }

        var isLast = config.LastClient == hosts[index];
        return new ClassicPlace(index, hosts[index], isLast ? [] : [.. hosts.Where((_, other) => config.ParentOf(other) == index)]);
    }

    /// <summary>Whether a name leads to an address of this host.</summary>
    public static bool IsOwnAddress(string host)
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(static one => one.GetIPProperties().UnicastAddresses).Select(static one => one.Address).ToHashSet();
        return HostAddresses.Of(host).Any(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address) && own.Contains(address));
    }
}

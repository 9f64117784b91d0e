using System.Net;
using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The listening side's door: opened when data connections are wanted, shut when all are in or the session ends.</summary>
/// <param name="offer">Ports, buffer and secret.</param>
/// <param name="known">The address in use on this side, if it is known; the only one that is listened on. Asked for once the door opens.</param>
/// <param name="mailbox">Gets the connections that have proven themselves.</param>
internal sealed class LaneDoor(Offer offer, Func<IPAddress?> known, Mailbox mailbox) : IDisposable
{
    private readonly Lazy<IPAddress?> _here = new(known);
    private LaneListener? _listener;

    /// <summary>Listens, if it does not already, and says where.</summary>
    /// <exception cref="Failure">No port of the range is free.</exception>
    public Listening Open()
    {
        try
        {
            _listener ??= Listen();
        }
        catch (LinuxException e)
        {
            throw new Failure(ExitCode.Unreachable, $"cannot listen: {e.Message}", $"{OptionWord.Ports} LOW-HIGH names the ports that may be used");
        }

        return new Listening(_listener.Port, Addresses());
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _listener = null;
    }

    private LaneListener Listen()
    {
        foreach (var address in (IPAddress?[])[offer.DataHost.Length == 0 ? _here.Value : null, IPAddress.IPv6Any])
        {
            try
            {
                if (address is not null)
                {
                    return ListenOn(address);
                }
            }
            catch (LinuxException e) when (e.Errno != Errno.AddressInUse)
            {
                // The address was handed down from another host, or there is no IPv6 here.
            }
        }

        return ListenOn(IPAddress.Any);
    }

    private LaneListener ListenOn(IPAddress address) => new(
        address,
        new PortRange(offer.LowPort, offer.HighPort),
        offer.Buffer,
        new LaneKey(offer),
        lane => mailbox.Post(new SessionEvent.Joined(lane)));

    private List<string> Addresses()
    {
        if (_here.Value is { } here)
        {
            return [AddressText.Of(here)];
        }

        try
        {
            return [.. Dns.GetHostAddresses(Dns.GetHostName()).Where(one => !IPAddress.IsLoopback(one)).Take(Limits.MaxAddresses).Select(AddressText.Of)];
        }
        catch (SocketException)
        {
            return [];
        }
    }
}

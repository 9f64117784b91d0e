using System.Net;
using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The listening side's door: opened when data connections are wanted, shut when all are in or the session ends.</summary>
/// <param name="offer">Ports, buffer and secret.</param>
/// <param name="mailbox">Gets the connections that have proven themselves.</param>
internal sealed class LaneDoor(Offer offer, Mailbox mailbox) : IDisposable
{
    private LaneListener? _listener;

    /// <summary>Listens, if it does not already, and says where.</summary>
    /// <exception cref="Failure">No port of the range is free.</exception>
    public Listening Open()
    {
        var here = AddressInUse();
        if (_listener is null)
        {
            try
            {
                _listener = Listen(here);
            }
            catch (LinuxException e)
            {
                throw new Failure(ExitCode.Unreachable, $"cannot listen: {e.Message}", "-p LOW-HIGH names the ports that may be used");
            }
        }

        return new Listening(_listener.Port, Addresses(here));
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _listener = null;
    }

    private LaneListener Listen(IPAddress? here)
    {
        var ports = new PortRange(offer.LowPort, offer.HighPort);
        var key = new LaneKey(offer);
        try
        {
            return new LaneListener(here ?? IPAddress.Any, ports, offer.Buffer, key, Join);
        }
        catch (LinuxException e) when (here is not null && e.Errno != Errno.AddressInUse)
        {
            // The address was handed down from another host.
            return new LaneListener(IPAddress.Any, ports, offer.Buffer, key, Join);
        }
    }

    private void Join(SocketLane lane) => mailbox.Post(new SessionEvent.Joined(lane));

    /// <summary>The address that ssh came to: the fourth word but one of SSH_CONNECTION.</summary>
    private static IPAddress? AddressInUse()
    {
        var words = Environment.GetEnvironmentVariable("SSH_CONNECTION")?.Split(' ');
        return words?.Length == 4 && IPAddress.TryParse(words[2], out var address) ? address : null;
    }

    private static List<string> Addresses(IPAddress? here)
    {
        if (here is not null)
        {
            return [here.ToString()];
        }

        try
        {
            return [.. Dns.GetHostAddresses(Dns.GetHostName()).Where(one => !IPAddress.IsLoopback(one)).Take(Limits.MaxAddresses).Select(one => one.ToString())];
        }
        catch (SocketException)
        {
            return [];
        }
    }
}

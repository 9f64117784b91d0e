using System.Net;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Accepts the lanes of one session over TCP.</summary>
internal sealed class TcpAcceptor(LaneTerms terms) : ILaneAcceptor
{
    private LaneListener? _listener;

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

        return new Listening(_listener.Port, terms.OwnAddresses);
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _listener = null;
    }

    private LaneListener Listen()
    {
        foreach (var address in (IPAddress?[])[terms.ListenOn, IPAddress.IPv6Any])
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
                // The address was passed on from another host, or this host has no IPv6.
            }
        }

        return ListenOn(IPAddress.Any);
    }

    private LaneListener ListenOn(IPAddress address)
    {
        var offer = terms.Offer;
        return new LaneListener(address, new PortRange(offer.LowPort, offer.HighPort), offer.Buffer, new LaneKey(offer), terms.Joined);
    }
}

using System.Net;
using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine;

/// <summary>Accepts the lane of one session over the datagram channel: sends nothing until a Hello proves the secret.</summary>
internal sealed class UdpAcceptor(LaneTerms terms) : ILaneAcceptor
{
    private const int Lane = 1;
    private DatagramThread? _waiting;
    private int _port;

    public Listening Open()
    {
        try
        {
            if (_waiting is null)
            {
                CheckRoute();
                Listen();
            }
        }
        catch (LinuxException e)
        {
            throw new Failure(ExitCode.Unreachable, $"cannot receive datagrams: {e.Message}", $"{OptionWord.Ports} LOW-HIGH names the ports that may be used");
        }

        return new Listening(_port, terms.OwnAddresses, Transports.Udp);
    }

    public void Dispose() => Interlocked.Exchange(ref _waiting, null)?.Dispose();

    /// <exception cref="Failure">The answers to the peer would not fit.</exception>
    private void CheckRoute()
    {
        if (AddressText.Parse(terms.AlsoKnownAs) is { } peer && UdpTransport.TooNarrow(peer) is { } reason)
        {
            throw new Failure(ExitCode.Unreachable, reason);
        }
    }

    private void Listen()
    {
        var socket = Bind();
        _port = socket.LocalName().Port;
        var datagrams = UdpTransport.TermsOf(terms, Lane, default);
        var link = DatagramLink.Listen(datagrams, DatagramClock.Now);
        var waiting = UdpLanes.Make(socket, link, new DatagramPaths(), terms with { Joined = Join }, datagrams, _ => { });
        waiting.Unanswered = Complain;
        _waiting = waiting;
        waiting.Start("listen");
    }

    /// <summary>Reports an unanswered caller, unless it is a third host: only the session's peer can be told, over the control channel.</summary>
    private void Complain(SocketName caller)
    {
        if (AddressText.Parse(terms.AlsoKnownAs) is not { } peer || peer.Equals(caller.Address))
        {
            terms.Unanswered?.Invoke($"datagrams from {caller.Address} arrive at port {_port} of {string.Join(", ", terms.OwnAddresses)}, but the answers do not arrive at {caller.Address} port {caller.Port}");
        }
    }

    /// <summary>Hands the lane on. The acceptor waits no longer: another lane needs a new Open.</summary>
    private void Join(ILane lane)
    {
        Interlocked.Exchange(ref _waiting, null);
        terms.Joined(lane);
    }

    private UdpSocket Bind()
    {
        foreach (var address in (IPAddress?[])[terms.ListenOn, IPAddress.IPv6Any])
        {
            try
            {
                if (address is not null)
                {
                    return BindTo(address);
                }
            }
            catch (LinuxException e) when (e.Errno != Errno.AddressInUse)
            {
                // The address was passed on from another host, or this host has no IPv6.
            }
        }

        return BindTo(IPAddress.Any);
    }

    private UdpSocket BindTo(IPAddress address) =>
        UdpSocket.Bind(address, terms.Offer.LowPort, terms.Offer.HighPort, UdpTransport.SocketBuffer(terms.Offer));
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Pipe.Protocol;

namespace EndToEnd.Tests.Security;

/// <summary>
/// An attacker in the middle: all data connections of a copy go through here, unknown to both ends. To get there
/// it changes the port that one side tells the other; but for that it leaves the control channel alone unless a test wants more.
/// </summary>
internal sealed class Middle : IDisposable
{
    private readonly TcpListener _lanes = new(IPAddress.Loopback, 0);
    private readonly Socket _logins = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentQueue<ControlTap> _channels = new();
    private readonly Func<Process> _startServer;
    private volatile bool _isCut;

    /// <param name="directory">Gets a program called ssh that leads through here.</param>
    /// <param name="startServer">Starts the far end, directly or through the real ssh.</param>
    public Middle(string directory, Func<Process> startServer)
    {
        _startServer = startServer;
        Directory = System.IO.Directory.CreateDirectory(Path.Combine(directory, "middle")).FullName;
        var meeting = Path.Combine(Directory, "socket");
        var ssh = Path.Combine(Directory, "ssh");
        File.WriteAllText(ssh, $$"""
            #!/bin/sh
            case " $* " in *' -G '*) PATH=${PATH#*:}; export PATH; exec ssh "$@" ;; esac
            socat -t 60 - 'UNIX-CONNECT:{{meeting}}'
            exit 255

            """);
        File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _logins.Bind(new UnixDomainSocketEndPoint(meeting));
        _logins.Listen(8);
        _lanes.Start();
        Run(TakeLogins);
        Run(TakeLanes);
    }

    /// <summary>The directory that is prepended to PATH.</summary>
    public string Directory { get; }

    /// <summary>What was asked for, the secret too: tests use that to check, not to attack.</summary>
    public Offer? Offer { get; private set; }

    /// <summary>Where the listening side really listens.</summary>
    public int ListenerPort { get; private set; }

    public bool ConnectorSends { get; private set; }

    public ConcurrentQueue<TappedLane> Lanes { get; } = new();

    public int Logins => _channels.Count;

    /// <summary>How what is carried has to be read, if not as the Offer says.</summary>
    public Protection? SeenProtection { get; set; }

    public Protection Protection => SeenProtection ?? Offer!.Value.Protection;

    /// <summary>Called with each piece; only the pieces that it sends on reach the other end.</summary>
    public Action<Piece, TappedLane> Attack { get; set; } = (piece, lane) => lane.Send(piece);

    public Func<TappedLane, byte[], byte[]> OnHello { get; set; } = (_, bytes) => bytes;

    public Func<TappedLane, byte[], byte[]> OnAnswer { get; set; } = (_, bytes) => bytes;

    public Func<TappedLane, byte[], byte[]> OnProof { get; set; } = (_, bytes) => bytes;

    /// <summary>The Offer as the responder gets it.</summary>
    public Func<Offer, Offer> OnOffer { get; set; } = offer => offer;

    /// <summary>The first connection of that number, as soon as it is there.</summary>
    public TappedLane Await(int number)
    {
        while (true)
        {
            if (Lanes.FirstOrDefault(lane => lane.Number == number) is { } found)
            {
                return found;
            }

            Thread.Sleep(1);
        }
    }

    /// <summary>Ends the control channel, and lets no other one come about.</summary>
    public void CutControl()
    {
        _isCut = true;
        BreakControl();
    }

    /// <summary>Ends the control channel there is.</summary>
    public void BreakControl()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }

    /// <summary>Called with each message on its way; the returned one is forwarded instead.</summary>
    public byte[]? Look(MessageType type, byte[] payload, bool fromInitiator)
    {
        switch (type)
        {
            case MessageType.Offer:
                var offer = global::Pipe.Protocol.Offer.Read(payload);
                Offer = offer;
                return Frame.Pack(OnOffer(offer));
            case MessageType.Listening:
                ListenerPort = Listening.Read(payload).Port;
                ConnectorSends = Offer!.Value.Role == (fromInitiator ? Role.Sender : Role.Receiver);
                return Frame.Pack(new Listening(((IPEndPoint)_lanes.LocalEndpoint).Port, ["127.0.0.1"]));
            default:
                return null;
        }
    }

    public void Dispose()
    {
        CutControl();
        _logins.Dispose();
        _lanes.Dispose();
        foreach (var lane in Lanes)
        {
            lane.Dispose();
        }
    }

    private void TakeLogins()
    {
        while (true)
        {
            var login = _logins.Accept();
            if (_isCut)
            {
                login.Dispose();
                continue;
            }

            var channel = new ControlTap(this, login, _startServer());
            _channels.Enqueue(channel);
            channel.Start();
        }
    }

    private void TakeLanes()
    {
        while (true)
        {
            var lane = new TappedLane(this, _lanes.AcceptSocket(), Lanes.Count);
            Lanes.Enqueue(lane);
            lane.Start(ListenerPort);
        }
    }

    private static void Run(Action work) => new Thread(() =>
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It is over.
        }
    })
    { IsBackground = true, Name = "middle" }.Start();
}

using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>The values of the options that a configuration file may contain too. Null means not given.</summary>
internal sealed class TransferSettings
{
    /// <summary>How long the login is kept, and whether a spare server may wait over a login of the user's own.</summary>
    public (int Seconds, bool IsOverUsers)? Keep { get; set; }

    public bool? Bootstrap { get; set; }

    public PortRange? Ports { get; set; }

    public int? SocketBuffer { get; set; }

    public DigestKind? Checksum { get; set; }

    public bool? Authenticate { get; set; }

    public bool? Encrypt { get; set; }

    public ConnectMode? Connect { get; set; }

    public DataChannel? Channel { get; set; }

    /// <summary>Only pace and rate count.</summary>
    public DatagramPolicy? Pacing { get; set; }

    public int? Mtu { get; set; }

    public int? DatagramBuffer { get; set; }

    public string? DataHost { get; set; }

    public int? Streams { get; set; }

    public long? Rate { get; set; }

    public int? TimeoutSeconds { get; set; }

    /// <summary>These settings, and where they say nothing the others.</summary>
    public TransferSettings Over(TransferSettings others) => new()
    {
        Keep = Keep ?? others.Keep,
        Bootstrap = Bootstrap ?? others.Bootstrap,
        Ports = Ports ?? others.Ports,
        SocketBuffer = SocketBuffer ?? others.SocketBuffer,
        Checksum = Checksum ?? others.Checksum,
        Authenticate = Authenticate ?? others.Authenticate,
        Encrypt = Encrypt ?? others.Encrypt,
        Connect = Connect ?? others.Connect,
        Channel = Channel ?? others.Channel,
        Pacing = Pacing ?? others.Pacing,
        Mtu = Mtu ?? others.Mtu,
        DatagramBuffer = DatagramBuffer ?? others.DatagramBuffer,
        DataHost = DataHost ?? others.DataHost,
        Streams = Streams ?? others.Streams,
        Rate = Rate ?? others.Rate,
        TimeoutSeconds = TimeoutSeconds ?? others.TimeoutSeconds,
    };

    /// <summary>The plan with these settings, and the usual values where they say nothing.</summary>
    public Plan Applied(Plan plan) => plan with
    {
        Ports = Ports ?? PortRange.Any,
        WindowSize = SocketBuffer ?? 0,
        Checksum = Checksum ?? DigestKind.XxHash3,
        Protection = Encrypt == true ? Protection.Encrypt : Authenticate == true ? Protection.Authenticate : Protection.Clear,
        ConnectMode = Connect ?? ConnectMode.Auto,
        Channel = Channel ?? DataChannel.Tcp,
        Datagrams = (Pacing ?? DatagramPolicy.Usual) with { Mtu = Mtu ?? 0, Buffer = DatagramBuffer ?? 0 },
        DataHost = DataHost ?? "",
        Streams = Streams ?? 0,
        Rate = Rate ?? 0,
        TimeoutSeconds = TimeoutSeconds ?? Plan.DefaultTimeoutSeconds,
    };
}

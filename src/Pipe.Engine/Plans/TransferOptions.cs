using Pipe.Protocol;
using static Pipe.Engine.OptionValue;

namespace Pipe.Engine;

/// <summary>The options of ytar and yarchive that have nothing to do with what is copied. But for those of ssh they are called as dmscp's are.</summary>
internal static class TransferOptions
{
    public const string Where = "How the remote host is reached";
    public const string How = "How the data travel";
    public const string Shown = "What is shown";

    /// <param name="sshOption">What the one for ssh_config is called.</param>
    public static Option<TransferDraft>[] Of(string sshOption) =>
    [
        new("-P", "SSHPORT", Where, "port of the ssh server", static (d, a) => d.SshPort = Port("-P", a)),
        new(sshOption, "SSHOPTION", Where, "option as in ssh_config(5); may be repeated", (d, a) => d.SshOptions.Add(Text(sshOption, a))),
        new("-F", "FILE", Where, "configuration file for ssh", static (d, a) => d.SshConfig = Text("-F", a)),
        new("-e", "CMD", Where, "remote shell instead of ssh; local: a child process here", static (d, a) => d.Shell = Shell("-e", a)),
        new("-prefix", "TEXT", Where, "shell text that runs there before the program", static (d, a) => d.Prefix = a),
        new("-p", "LOW[-HIGH]", How, "ports for the data connections", static (d, a) => d.Ports = Range("-p", a)),
        new("-authenticate", "", How, "tag every block: readable on the way, but tamper-proof", static (d, _) => d.Protect(Protection.Authenticate)),
        new("-encrypt", "", How, "encipher and tag every block", static (d, _) => d.Protect(Protection.Encrypt)),
        new("-channel", "tcp|udp|auto", How, "what carries the data; tcp by default", static (d, a) => d.Channel = Channel("-channel", a)),
        new("-udp", "fair|low|fixed:RATE", How, "how fast datagrams go; fair by default", static (d, a) => d.Datagrams = Pacing("-udp", a, d.Datagrams)),
        new("-mtu", "auto|BYTES", How, "size of a packet with datagrams; auto by default", static (d, a) => d.Datagrams = d.Datagrams with { Mtu = Mtu("-mtu", a) }),
        new("-udp-buffer", "SIZE", How, "memory for datagrams at each end; 256m by default", static (d, a) => d.Datagrams = d.Datagrams with { Buffer = (int)Size("-udp-buffer", a, 1 << 20, Limits.MaxDatagramBuffer) }),
        new("-connect", "auto|direct|reverse|ssh", How, "how data connections come about; auto by default", static (d, a) => d.ConnectMode = Connect("-connect", a)),
        new("-rate", "SIZE", How, "bytes a second at most", static (d, a) => d.Rate = Size("-rate", a, 1, long.MaxValue)),
        new("-timeout", "SECONDS", How, "how long the other side may be silent; 30 by default", static (d, a) => d.TimeoutSeconds = Seconds("-timeout", a)),
        new("-progress", "", Shown, "draw a meter, if standard error is a terminal", static (d, _) => d.Progress = true),
        new("-events", "FD|FILE", Shown, "write what happens there, one JSON object a line", static (d, a) => d.Events = Text("-events", a)),
        new("-q", "", Shown, "no warnings, no meter", static (d, _) => d.Verbosity = -1),
        new("-v", "", Shown, "say what is done, and a summary at the end", static (d, _) => d.Verbosity = 1),
        new("-vv", "", Shown, "say more", static (d, _) => d.Verbosity = 2),
    ];
}

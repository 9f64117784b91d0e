using Pipe.Engine;
using Pipe.Protocol;
using static Pipe.Engine.OptionValue;

namespace Pipe.Ytar;

/// <summary>The option table of ytar.</summary>
internal static class Options
{
    private const string Tar = "The tree and the tar stream";
    private const string Where = "How the remote host is reached";
    private const string How = "How the data travel";
    private const string Shown = "What is shown";
    private const string Else = "Instead of copying";

    public static string[] Groups { get; } = [Tar, Where, How, Shown, Else];

    public static Option[] All { get; } =
    [
        new("-z", "", Tar, "compress with gzip", static (d, _) => d.Filter = "-z"),
        new("--zstd", "", Tar, "compress with zstd", static (d, _) => d.Filter = "--zstd"),
        new("--exclude", "PATTERN", Tar, "leave out what fits, as tar does; may be repeated", static (d, a) => d.Excludes.Add(Text("--exclude", a))),
        new("--one-file-system", "", Tar, "stay on the file system of the tree", static (d, _) => d.OneFileSystem = true),
        new("--plain", "", Tar, "a tar format for a busybox at the other end", static (d, _) => d.Plain = true),
        new("--to-file", "", Tar, "TARGET is a file: store the tar as it is", static (d, _) => d.ToFile = true),
        new("--from-file", "", Tar, "SOURCE is a file: unpack the tar in it", static (d, _) => d.FromFile = true),
        new("-P", "SSHPORT", Where, "port of the ssh server", static (d, a) => d.SshPort = Port("-P", a)),
        new("-o", "SSHOPTION", Where, "option as in ssh_config(5); may be repeated", static (d, a) => d.SshOptions.Add(Text("-o", a))),
        new("-F", "FILE", Where, "configuration file for ssh", static (d, a) => d.SshConfig = Text("-F", a)),
        new("-e", "CMD", Where, "remote shell instead of ssh; local: a child process here", static (d, a) => d.Shell = Shell("-e", a)),
        new("-prefix", "TEXT", Where, "shell text that runs there before the program", static (d, a) => d.Prefix = a),
        new("-p", "LOW[-HIGH]", How, "ports for the data connections", static (d, a) => d.Ports = Range("-p", a)),
        new("-authenticate", "", How, "tag every block: readable on the way, but tamper-proof", static (d, _) => d.Protect(Protection.Authenticate)),
        new("-encrypt", "", How, "encipher and tag every block", static (d, _) => d.Protect(Protection.Encrypt)),
        new("-connect", "auto|direct|reverse|ssh", How, "how data connections come about; auto by default", static (d, a) => d.Way = Connect("-connect", a)),
        new("-rate", "SIZE", How, "bytes a second at most", static (d, a) => d.Rate = Size("-rate", a, 1, long.MaxValue)),
        new("-timeout", "SECONDS", How, "how long the other side may be silent; 30 by default", static (d, a) => d.TimeoutSeconds = Seconds("-timeout", a)),
        new("-progress", "", Shown, "draw a meter, if standard error is a terminal", static (d, _) => d.Progress = true),
        new("-events", "FD|FILE", Shown, "write what happens there, one JSON object a line", static (d, a) => d.Events = Text("-events", a)),
        new("-q", "", Shown, "no warnings, no meter", static (d, _) => d.Verbosity = -1),
        new("-v", "", Shown, "say what is done, and a summary at the end", static (d, _) => d.Verbosity = 1),
        new("-vv", "", Shown, "say more", static (d, _) => d.Verbosity = 2),
        new("-print-plan", "", Else, "print the dmscp command line that does the same", static (d, _) => d.Errand = Errand.PrintPlan),
        new("-h", "", Else, "print this text", static (d, _) => d.Errand = Errand.Usage),
        new("-version", "", Else, "print the version", static (d, _) => d.Errand = Errand.Version),
    ];

    public static Option? Find(string word) => Array.Find(All, option => option.Is(word));
}

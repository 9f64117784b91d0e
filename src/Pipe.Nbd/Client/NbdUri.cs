using System.Globalization;
using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>The URI of an export, as defined in doc/uri.md of the NBD project.</summary>
/// <param name="Text">The URI as written.</param>
/// <param name="Host">The host; empty for a Unix socket.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="Path">The path of the Unix socket.</param>
/// <param name="Export">The name of the export; empty for the default export.</param>
internal sealed record NbdUri(string Text, string Host, int Port, string Path, string Export)
{
    private const int UsualPort = 10809;
    private const string Unix = "nbd+unix://";
    private const string Tcp = "nbd://";

    public static bool IsOne(string word) => word.StartsWith("nbd:", StringComparison.Ordinal) || word.StartsWith("nbds:", StringComparison.Ordinal)
        || word.StartsWith("nbd+", StringComparison.Ordinal) || word.StartsWith("nbds+", StringComparison.Ordinal);

    /// <exception cref="Failure">The URI is invalid.</exception>
    public static NbdUri Parse(string word)
    {
        if (word.StartsWith(Unix, StringComparison.Ordinal))
        {
            var parts = word[Unix.Length..].Split('?', 2);
            var socket = parts.Length < 2 ? null : parts[1].Split('&').FirstOrDefault(static part => part.StartsWith("socket=", StringComparison.Ordinal));
            return socket is null ? throw Invalid(word, "the socket is missing") : new NbdUri(word, "", 0, Decode(socket["socket=".Length..]), Decode(parts[0].TrimStart('/')));
        }

        if (!word.StartsWith(Tcp, StringComparison.Ordinal))
        {
            throw Invalid(word, "only nbd:// and nbd+unix:// can be read");
        }

        var rest = word[Tcp.Length..].Split('?')[0].Split('/', 2);
        var (host, port) = HostAndPort(word, rest[0]);
        return new NbdUri(word, PeerName.Checked(word, "host name", host), port, "", rest.Length > 1 ? Decode(rest[1]) : "");
    }

    /// <exception cref="IOException">The server cannot be reached.</exception>
    public Socket Connect()
    {
        try
        {
            if (Host.Length == 0)
            {
                return LocalSocket.Connect(Path);
            }

            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(Host, Port);
            return socket;
        }
        catch (Failure e)
        {
            throw new IOException(e.Message, e);
        }
        catch (SocketException e)
        {
            throw new IOException($"{Text}: {LinuxException.Describe(e.NativeErrorCode)}", e);
        }
    }

    private static (string Host, int Port) HostAndPort(string word, string authority)
    {
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || authority.EndsWith(']'))
        {
            return (authority.Trim('[', ']'), UsualPort);
        }

        return int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? (authority[..colon].Trim('[', ']'), port)
            : throw Invalid(word, "the port is not valid");
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text);

    private static Failure Invalid(string word, string cause) => new(ExitCode.Usage, $"{word}: {cause}", "write nbd://HOST[:PORT]/[EXPORT] or nbd+unix:///[EXPORT]?socket=PATH");
}

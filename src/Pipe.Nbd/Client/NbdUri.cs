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
    private const string TlsUnix = "nbds+unix://";
    private const string Tcp = "nbd://";
    private const string TlsTcp = "nbds://";

    public bool IsTls { get; private init; }

    /// <summary>The directory of the certificates for TLS; empty if the URI has none.</summary>
    public string Certificates { get; init; } = "";

    /// <summary>The name that the server's certificate must have; of a Unix socket localhost, as in libnbd.</summary>
    public string TlsName => Host.Length > 0 ? Host : "localhost";

    public static bool IsOne(string word) => word.StartsWith("nbd:", StringComparison.Ordinal) || word.StartsWith("nbds:", StringComparison.Ordinal)
        || word.StartsWith("nbd+", StringComparison.Ordinal) || word.StartsWith("nbds+", StringComparison.Ordinal);

    /// <exception cref="Failure">The URI is invalid.</exception>
    public static NbdUri Parse(string word)
    {
        var isTls = word.StartsWith(TlsUnix, StringComparison.Ordinal) || word.StartsWith(TlsTcp, StringComparison.Ordinal);
        var isUnix = word.StartsWith(isTls ? TlsUnix : Unix, StringComparison.Ordinal);
        if (!isUnix && !word.StartsWith(isTls ? TlsTcp : Tcp, StringComparison.Ordinal))
        {
            throw Invalid(word, "no such kind of URI");
        }

        var parts = word[(word.IndexOf("://", StringComparison.Ordinal) + 3)..].Split('?', 2);
        var parameters = parts.Length < 2 ? [] : parts[1].Split('&');
        var uri = isUnix ? OfUnix(word, parts[0], parameters) : OfTcp(word, parts[0]);
        return uri with { IsTls = isTls, Certificates = Parameter(parameters, "tls-certificates") ?? "" };
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

    private static NbdUri OfUnix(string word, string export, string[] parameters) => Parameter(parameters, "socket") is { } socket
        ? new NbdUri(word, "", 0, socket, Decode(export.TrimStart('/')))
        : throw Invalid(word, "the socket is missing");

    private static NbdUri OfTcp(string word, string text)
    {
        var rest = text.Split('/', 2);
        var (host, port) = HostAndPort(word, rest[0]);
        return new NbdUri(word, PeerName.Checked(word, PeerName.HostName, host), port, "", rest.Length > 1 ? Decode(rest[1]) : "");
    }

    private static string? Parameter(string[] parameters, string name) =>
        parameters.FirstOrDefault(parameter => parameter.StartsWith(name + "=", StringComparison.Ordinal)) is { } found ? Decode(found[(name.Length + 1)..]) : null;

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

    private static Failure Invalid(string word, string cause) => new(ExitCode.Usage, $"{word}: {cause}", "write nbd://HOST[:PORT]/[EXPORT] or nbd+unix:///[EXPORT]?socket=PATH, or nbds for TLS");
}

using System.Net;

namespace Pipe.Engine;

/// <summary>The variable SSH_CONNECTION, set by sshd on the server: the client's address and port, then ours.</summary>
internal static class SshConnection
{
    private static readonly string[] Words = (Environment.GetEnvironmentVariable("SSH_CONNECTION") ?? "").Split(' ');

    /// <summary>The server address of the ssh connection.</summary>
    public static IPAddress? Here => Words.Length == 4 ? AddressText.Parse(Words[2]) : null;

    /// <summary>The client address of the ssh connection; empty if unknown.</summary>
    public static string There => Words.Length == 4 ? Words[0] : "";
}

using System.Net;

namespace Pipe.Engine;

/// <summary>SSH_CONNECTION as sshd sets it on the server: the client's address and port, then ours.</summary>
internal static class SshConnection
{
    private static readonly string[] Words = (Environment.GetEnvironmentVariable("SSH_CONNECTION") ?? "").Split(' ');

    /// <summary>The address that ssh came to.</summary>
    public static IPAddress? Here => Words.Length == 4 ? AddressText.Parse(Words[2]) : null;

    /// <summary>The address that ssh came from; empty if unknown.</summary>
    public static string There => Words.Length == 4 ? Words[0] : "";
}

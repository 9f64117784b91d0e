using Pipe.Engine;

namespace Pipe.Ssh;

/// <summary>Why a host key is not accepted.</summary>
/// <param name="Failure">Ends the run.</param>
/// <param name="UnknownKey">The key, if it is only unknown: a user may confirm it.</param>
internal sealed record HostKeyProblem(Failure Failure, byte[]? UnknownKey)
{
    public static HostKeyProblem Final(string cause, string hint) => new(SshFailure.Of(cause, hint), null);

    public static HostKeyProblem Unknown(string name, byte[] key) => new(
        SshFailure.Of(
            $"{name}: the host key is unknown: {KnownHost.TypeOf(key)} key {KnownHost.Fingerprint(key)}",
            "log in once from a terminal and compare the fingerprint, or add the key to ~/.ssh/known_hosts"),
        key);
}

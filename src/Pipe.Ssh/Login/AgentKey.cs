using Renci.SshNet.Common;
using Renci.SshNet.Security;

namespace Pipe.Ssh;

/// <summary>A key that an agent holds.</summary>
/// <param name="agent">The agent.</param>
/// <param name="publicKey">The public half.</param>
internal sealed class AgentKey(Agent agent, byte[] publicKey) : HostAlgorithm(KeyName.ForSignatures(publicKey))
{
    private const uint RsaWithSha256 = 2;

    public override byte[] Data => publicKey;

    /// <exception cref="SshAuthenticationException">The agent refuses.</exception>
    public override byte[] Sign(byte[] data) =>
        agent.Sign(publicKey, data, KeyName.IsRsa(publicKey) ? RsaWithSha256 : 0)
        ?? throw new SshAuthenticationException($"the agent refuses to sign with the key {KnownHost.Fingerprint(publicKey)}");

    public override bool VerifySignature(byte[] data, byte[] signature) => throw new NotSupportedException();
}

using System.Security.Cryptography;
using System.Text;

namespace Pipe.Protocol.Tests;

public class LaneProofTests
{
    private static readonly byte[] Hello = Samples.Packed(Samples.LaneHello);

    [Fact]
    public void A_proof_is_the_hmac_that_the_page_describes()
    {
        Assert.Equal(Plain("pipe lane listen"), LaneProof.OfListener(Samples.Secret, Hello, Samples.ListenerNonce));
        Assert.Equal(Plain("pipe lane connect"), LaneProof.OfConnector(Samples.Secret, Hello, Samples.ListenerNonce));

        static byte[] Plain(string label)
        {
            byte[] said = [.. Encoding.ASCII.GetBytes(label), .. Hello, .. Samples.ListenerNonce];
            return HMACSHA256.HashData(Samples.Secret, said);
        }
    }

    [Fact]
    public void A_proof_of_one_side_is_none_of_the_other() => Assert.False(LaneProof.Equal(
        LaneProof.OfListener(Samples.Secret, Hello, Samples.ListenerNonce), LaneProof.OfConnector(Samples.Secret, Hello, Samples.ListenerNonce)));

    [Fact]
    public void A_proof_changes_with_the_secret_the_greeting_and_the_nonce()
    {
        var proof = LaneProof.OfConnector(Samples.Secret, Hello, Samples.ListenerNonce);
        for (var i = 0; i < Limits.SecretSize; i++)
        {
            Assert.False(LaneProof.Equal(proof, LaneProof.OfConnector(Changed(Samples.Secret, i), Hello, Samples.ListenerNonce)));
            Assert.False(LaneProof.Equal(proof, LaneProof.OfConnector(Samples.Secret, Hello, Changed(Samples.ListenerNonce, i))));
        }

        for (var i = 0; i < LaneHello.Size; i++)
        {
            Assert.False(LaneProof.Equal(proof, LaneProof.OfConnector(Samples.Secret, Changed(Hello, i), Samples.ListenerNonce)));
        }

        static byte[] Changed(byte[] bytes, int at) => [.. bytes[..at], (byte)(bytes[at] ^ 1), .. bytes[(at + 1)..]];
    }

    [Fact]
    public void A_resumption_is_proven_by_the_secret_and_for_one_session_only()
    {
        byte[] said = [.. "pipe resume"u8, .. Samples.Session];
        var resume = Resume.Of(Samples.Session, Samples.Secret);
        Assert.Equal(HMACSHA256.HashData(Samples.Secret, said), resume.Proof);
        Assert.True(resume.Proves(Samples.Session, Samples.Secret));
        Assert.False(resume.Proves(Samples.Session, new byte[Limits.SecretSize]));
        Assert.False(resume.Proves(new byte[Limits.SessionSize], Samples.Secret));
        Assert.False((resume with { Session = new byte[Limits.SessionSize] }).Proves(new byte[Limits.SessionSize], Samples.Secret));
        Assert.False((resume with { Proof = new byte[32] }).Proves(Samples.Session, Samples.Secret));
    }

    [Fact]
    public void A_proof_that_is_cut_short_is_none()
    {
        var proof = LaneProof.OfListener(Samples.Secret, Hello, Samples.ListenerNonce);
        Assert.Equal(LaneProof.Size, proof.Length);
        Assert.True(LaneProof.Equal(proof, [.. proof]));
        Assert.False(LaneProof.Equal(proof, proof.AsSpan(0, 31)));
        Assert.False(LaneProof.Equal(proof, []));
    }
}

using System.Security.Cryptography;

namespace Pipe.Protocol;

/// <summary>
/// Sent instead of Offer over a new login, to continue a session whose control channel broke. The new server hands the channel to the
/// waiting one. Both sides then repeat messages that may be lost (End, Report, Widen) and resend the blocks that were inside the old
/// channel.
/// </summary>
/// <remarks>
/// <code>
///     u8    session[16]
///     u8    proof[32]     HMAC-SHA256(secret, "pipe resume", session)
/// </code>
/// </remarks>
internal readonly record struct Resume(byte[] Session, byte[] Proof) : IMessage<Resume>
{
    private const int ProofSize = 32;

    public static MessageType Type => MessageType.Resume;

    public static Resume Of(byte[] session, byte[] secret) => new(session, ProofOf(session, secret));

    public bool Proves(byte[] session, byte[] secret) =>
        CryptographicOperations.FixedTimeEquals(session, Session) && CryptographicOperations.FixedTimeEquals(ProofOf(session, secret), Proof);

    public void Write(WireWriter to)
    {
        to.Bytes(Session);
        to.Bytes(Proof);
    }

    public static Resume Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "resume");
        var resume = new Resume(from.Bytes(Limits.SessionSize), from.Bytes(ProofSize));
        from.End();
        return resume;
    }

    private static byte[] ProofOf(byte[] session, byte[] secret) => HMACSHA256.HashData(secret, (byte[])[.. "pipe resume"u8, .. session]);
}

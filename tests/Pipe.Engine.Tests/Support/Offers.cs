using Pipe.Protocol;

namespace Pipe.Engine.Tests;

internal static class Offers
{
    /// <summary>An Offer for tests, of a session that does not exist.</summary>
    public static Offer Make(byte secret = 1, byte session = 1, Protection protection = Protection.Clear, int block = Limits.MinBlock) => new(
        Session: Enumerable.Repeat(session, Limits.SessionSize).ToArray(),
        Secret: Enumerable.Repeat(secret, Limits.SecretSize).ToArray(),
        Role: Role.Receiver,
        Resource: Resource.Null,
        Digest: DigestKind.XxHash3,
        InPlace: false,
        Protection: protection,
        ConnectMode: ConnectMode.Auto,
        DataHost: "",
        Lanes: 4,
        MostLanes: 4,
        LowPort: 0,
        HighPort: 0,
        Buffer: 0,
        Rate: 0,
        TimeoutSeconds: 30,
        PatienceSeconds: 0,
        Archiving: null,
        Terms: new Terms(-1, Terms.NoMode, block, 0));
}

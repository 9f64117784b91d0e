using System.Net;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Fuzz.Sessions;

/// <summary>Data connections of a peer that knows the secret, and then sends blocks and acknowledgements as it likes.</summary>
internal static class Rogue
{
    public static void Start(Tapped session, Offer offer, int port, Random random) => new Thread(() =>
    {
        try
        {
            Run(session, offer, port, random);
        }
        catch (Exception e) when (e is IOException or ProtocolException)
        {
            // Turned away, or thrown out.
        }
    }, 256 * 1024)
    { IsBackground = true, Name = "rogue" }.Start();

    private static void Run(Tapped session, Offer offer, int port, Random random)
    {
        var number = random.Next(1, random.Next(4) == 0 ? Limits.MaxLanes + 1 : offer.Lanes + 1);
        using var lane = LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, port, 0), number, new LaneKey(offer));
        session.Log.Add($"{session.Time} rogue: proven as lane {number}");
        using var slab = new Slab(Defaults.Block);
        var position = 0L;
        for (ulong i = 0; i < (ulong)random.Next(300); i++)
        {
            if (random.Next(3) == 0)
            {
                var kind = random.Next(3) == 0 ? AckKind.Damaged : AckKind.Consumed;
                lane.SendAck(new LaneAck(kind, Number(random, i)));
                continue;
            }

            var length = random.Next(1, 5000);
            var offset = random.Next(4) == 0 ? (long)(Number(random, (ulong)position) & long.MaxValue) : position;
            position = offset > long.MaxValue - length ? 0 : offset + length;
            new Random((int)i).NextBytes(slab.Payload[..length]);
            var header = random.Next(6) == 0
                ? BlockHeader.Hole(Math.Min(offset, long.MaxValue - 1), 1 + (long)(Number(random, 0) % 1_000_000), Number(random, i))
                : BlockHeader.Data(offset, length, Number(random, i), random.Next(8) == 0 ? default : Digest.Of(offer.Digest, slab.Payload[..length], offset));
            lane.Send(header, slab);
        }

        session.Ended.Wait(random.Next(500));
    }

    private static ulong Number(Random random, ulong usual) => random.Next(6) switch
    {
        0 => 0,
        1 => (ulong)random.NextInt64(),
        2 => usual + (ulong)random.Next(20),
        _ => usual,
    };
}

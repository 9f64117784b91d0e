using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Fuzz.Sessions;

/// <summary>The object that one session copies, and the faults injected into it.</summary>
/// <param name="Harm">Of 1000 frames, that many are tampered with; 0 leaves the control channel alone.</param>
/// <param name="LaneHarm">Of 100 data connections, that many are tampered with.</param>
/// <param name="Rogues">Data connections of a peer that knows the secret and sends arbitrary bytes.</param>
internal sealed record Scenario(Direction Direction, string There, string Here, Protection Protection, ConnectMode ConnectMode, int Streams, DigestKind Digest, int Size, int Harm, int LaneHarm, int Rogues)
{
    public const int TimeoutSeconds = 2;

    private static readonly int[] Sizes = [0, 1, 4096, 65535, 65536, 65537, 200_000, 1_500_000, 3_000_001];

    public bool IsHarmless => Harm == 0 && LaneHarm == 0 && Rogues == 0;

    public static Scenario Make(Random random)
    {
        var harm = random.Next(8) switch { 0 => 0, 1 => 300, 2 => 20, _ => 80 };
        return new Scenario(
            random.Next(2) == 0 ? Direction.Read : Direction.Write,
            random.Next(3) == 0 ? "command" : "file",
            random.Next(3) == 0 ? "command" : "file",
            (Protection)random.Next(3),
            (ConnectMode)random.Next(4),
            random.Next(1, 5),
            (DigestKind)random.Next(4),
            Sizes[random.Next(Sizes.Length)],
            harm,
            harm == 0 && random.Next(2) == 0 ? 0 : random.Next(0, 60),
            harm == 0 || random.Next(3) > 0 ? 0 : random.Next(1, 4));
    }
}

using System.Text.Json;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Fuzz;

/// <summary>What a peer can make the meter and the events say: any numbers, any text.</summary>
internal sealed class WatchingTarget : ITarget
{
    public string Name => "watching";

    public int AtOnce => 1;

    public int CasesInRound => 50;

    public void Play(Random random, Log log)
    {
        for (var i = 0; i < CasesInRound; i++)
        {
            var speed = new Speed();
            var elapsed = TimeSpan.Zero;
            for (var samples = random.Next(5); samples > 0; samples--)
            {
                elapsed += TimeSpan.FromTicks(random.NextInt64(1L << random.Next(1, 50)));
                speed.Sample(elapsed, Number(random));
            }

            var name = RawText.Decode(Mutator.RandomBytes(random, random.Next(200)));
            var columns = random.Next(200);
            Check(MeterLine.Running(name, Number(random), Number(random) - 1, speed, elapsed, columns), columns);
            Check(MeterLine.Final(name, Number(random), elapsed, columns), columns);
            Check(MeterLine.Whole(name, Number(random), columns), columns);
            var line = new JsonLine(elapsed, name).Number("n", Number(random)).Text("t", name).Number("e", elapsed).ToBytes();
            using var parsed = JsonDocument.Parse(line);
            if (line.AsSpan(0, line.Length - 1).Contains((byte)'\n'))
            {
                throw new Finding("an event of more than one line");
            }
        }
    }

    private static void Check(string line, int columns)
    {
        if (line.Any(char.IsControl) || Columns.Of(line) != columns)
        {
            throw new Finding($"a meter line of {Columns.Of(line)} columns instead of {columns}: {line}");
        }
    }

    private static long Number(Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => long.MaxValue,
        _ => random.NextInt64(1L << random.Next(1, 63)),
    };
}

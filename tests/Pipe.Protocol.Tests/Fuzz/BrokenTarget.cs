using System.Globalization;
using Pipe.Fuzz;

namespace Pipe.Protocol.Tests.Fuzz;

/// <summary>A part of a program that does what it must not.</summary>
internal sealed class BrokenTarget(string name) : ITarget
{
    public const int CasesInOneRound = 7;

    public string Name => name;

    public int AtOnce => 1;

    public int CasesInRound => CasesInOneRound;

    public bool Fails { get; init; } = true;

    public bool IsUntidy { get; init; }

    public int Rounds { get; private set; }

    /// <summary>Whether cases are recorded: they follow from one another here.</summary>
    public bool Records { get; init; }

    /// <summary>What the last case drew.</summary>
    public int Chance { get; private set; }

    public IEnumerable<string> Summary => [$"{Rounds} rounds"];

    public void Play(Random random, Log log)
    {
        Rounds++;
        Chance = Records ? Chance + 1 : random.Next();
        log.Case = Records ? $"{Chance}" : "";
        Try(log);
    }

    public void Replay(string recorded, Log log)
    {
        Chance = int.Parse(recorded, CultureInfo.InvariantCulture);
        Try(log);
    }

    public void TakeStock()
    {
        if (IsUntidy)
        {
            throw new Finding("left over");
        }
    }

    private void Try(Log log)
    {
        log.Add($"chance {Chance}");
        if (Fails)
        {
            throw new Finding($"spoilt {Chance}");
        }
    }
}

namespace Pipe.Fuzz;

/// <summary>A part of the program that is fed with what it must refuse or survive.</summary>
internal interface ITarget
{
    string Name { get; }

    /// <summary>Rounds that may run at the same time.</summary>
    int AtOnce { get; }

    /// <summary>Cases that one <see cref="Play"/> plays, of what costs too little to be played one by one.</summary>
    int CasesInRound => 1;

    /// <summary>Plays one round of cases. Throws for a finding: <see cref="Finding"/>, or whatever the program threw that it must not.</summary>
    /// <param name="random">All that is left to chance comes from here.</param>
    /// <param name="log">What was done, for the one who looks into it.</param>
    void Play(Random random, Log log);

    /// <summary>Plays one case again from what it left in <see cref="Log.Case"/>.</summary>
    void Replay(string recorded, Log log) => throw new NotSupportedException($"{Name}: cases of this target are played again from their seeds");

    /// <summary>Lines about what was played, for the end of a run.</summary>
    IEnumerable<string> Summary => [];

    /// <summary>Called now and then when no case runs. Throws <see cref="Finding"/> if something is left over.</summary>
    void TakeStock()
    {
    }
}

/// <summary>The program did what it must not.</summary>
internal sealed class Finding(string what, Exception? cause = null) : Exception(what, cause);

/// <summary>What happened in one case. Safe from any thread.</summary>
internal sealed class Log
{
    private readonly List<string> _lines = [];

    /// <summary>The case itself, in one line, where the seed does not suffice: it was made of an earlier case. Empty otherwise.</summary>
    public string Case { get; set; } = "";

    public void Add(string line)
    {
        lock (_lines)
        {
            if (_lines.Count < 1000)
            {
                _lines.Add(line.Length > 2000 ? line[..2000] + "..." : line);
            }
        }
    }

    public string[] Lines()
    {
        lock (_lines)
        {
            return [.. _lines];
        }
    }
}

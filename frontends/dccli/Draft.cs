using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dccli;

/// <summary>The options of a dccli command line so far.</summary>
internal sealed class Draft() : LocationDraft("dccli", static word => Options.Table.Find(word)!.Name), ITreeDraft
{
    public TreeFlags Flags { get; set; }

    public List<string> Excludes { get; } = [];

    public TreeAction TreeAction { get; set; }

    /// <summary>The remote command that receives the data instead of a file.</summary>
    public string Command { get; set; } = "";

    /// <summary>The files that list more destinations; "-" for standard input.</summary>
    public List<string> To { get; } = [];

    /// <summary>Whether the destinations are the nodes of the Slurm job.</summary>
    public bool IsAllocation { get; set; }

    /// <summary>The host that reads the sources; empty for this one.</summary>
    public string Sender { get; set; } = "";

    public int Logins { get; set; } = FanOutTerms.DefaultLogins;

    /// <summary>The policy for a copy that lags; null if not given.</summary>
    public SlowPolicy? Slow { get; set; }

    public long Memory { get; set; } = FanOutTerms.DefaultMemory;

    public int Retries { get; set; } = FanOutTerms.DefaultRetries;

    public bool IsStrict { get; set; }

    /// <summary>The plan for one destination.</summary>
    public Plan ToPlan(Location there, Resource to, Resource from) => PlanFor(there, Direction.Write, to, from) with { TreeAction = TreeAction };

    /// <summary>The plan that makes another host do everything.</summary>
    public Plan ToPlan(Location sender, IEnumerable<string> words) =>
        PlanFor(sender, Direction.Read, Resource.Program(words), Resource.Stdio) with { Rate = 0, Channel = DataChannel.Tcp };

    public Resource Tree(IEnumerable<string> names, TreeFlags more) => Resource.Tree("", names, Flags | more, Excludes);
}

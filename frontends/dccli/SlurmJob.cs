using Pipe.CommandLine;

namespace Pipe.Dccli;

/// <summary>The Slurm job that this program runs in, if any.</summary>
internal static class SlurmJob
{
    /// <summary>Set by salloc, sbatch and srun.</summary>
    public const string Variable = "SLURM_JOB_NODELIST";

    private const int MostNamed = 20;

    /// <summary>The nodes of the job; none outside a job.</summary>
    public static IReadOnlyList<string> Nodes() => HostList.ExpandAll(Environment.GetEnvironmentVariable(Variable) ?? "");

    /// <summary>A hint that lists the nodes; null outside a job.</summary>
    public static string? Hint() => HintFor(Nodes());

    /// <inheritdoc cref="Hint"/>
    public static string? HintFor(IReadOnlyList<string> nodes) => nodes.Count == 0 ? null
        : $"the nodes of this Slurm job are {NameList.Of(nodes, MostNamed)}: --allocation copies to :PATH on each";
}

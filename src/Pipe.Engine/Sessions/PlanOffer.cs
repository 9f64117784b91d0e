using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Builds the initiator's offer for a plan.</summary>
internal static class PlanOffer
{
    /// <param name="plan">The copy.</param>
    /// <param name="source">The local source; null where this side receives.</param>
    /// <param name="isTotalWanted">Whether the progress meter needs the total.</param>
    /// <param name="asked">The names requested from the other remote host.</param>
    public static Offer Of(Plan plan, ISource? source, bool isTotalWanted, string asked)
    {
        var isOrdered = plan.Direction == Direction.Read;
        return new Offer(
            Entropy.Bytes(Limits.SessionSize),
            Entropy.Bytes(Limits.SecretSize),
            plan.Direction == Direction.Write ? Role.Receiver : Role.Sender,
            There(plan, isTotalWanted),
            plan.Checksum,
            plan.InPlace,
            plan.Protection,
            plan.ConnectMode,
            plan.DataHost,
            plan.Streams > 0 ? plan.Streams : Defaults.Lanes,
            plan.Streams > 0 ? plan.Streams : plan.WindowSize > 0 ? Defaults.Lanes : Defaults.MostLanes,
            plan.Ports.Low,
            plan.Ports.High,
            plan.WindowSize,
            plan.Rate,
            plan.TimeoutSeconds,
            plan.PatienceSeconds,
            plan.Archiving is { } archiving ? archiving with { Made = Made(plan) } : null,
            new Terms(source?.Size ?? -1, source?.Mode ?? Terms.NoMode, Defaults.Block, isOrdered ? Defaults.MostStreamWindow : 0),
            asked,
            plan.OnDemand);
    }

    private static Resource There(Plan plan, bool isTotalWanted)
    {
        var tree = plan.TreeOf(plan.There, plan.Direction == Direction.Write ? plan.Here : plan.There);
        var isCounted = isTotalWanted && plan.Direction == Direction.Read && tree.Kind == ResourceKind.Tree;
        return isCounted ? tree with { Flags = tree.Flags | TreeFlags.Total } : tree;
    }

    /// <summary>The producer of an archive, for its manifest.</summary>
    private static string Made(Plan plan) =>
        plan.Here.Kind == ResourceKind.Command ? $"{Version.Program}: {Command.TitleOf(plan.Here.Text)}" : Version.Program;
}

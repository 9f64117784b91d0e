using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What the initiator offers for a plan.</summary>
internal static class PlanOffer
{
    /// <param name="plan">The copy.</param>
    /// <param name="source">The source here; null where this side receives.</param>
    /// <param name="isTotalWanted">The meter wants to know how much there is.</param>
    /// <param name="asked">Names that the other remote host was asked for.</param>
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

    /// <summary>What made an archive, as its manifest says it.</summary>
    private static string Made(Plan plan) =>
        plan.Here.Kind == ResourceKind.Command ? $"{Version.Program}: {Command.TitleOf(plan.Here.Text)}" : Version.Program;
}

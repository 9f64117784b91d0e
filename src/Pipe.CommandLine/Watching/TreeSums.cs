using System.Globalization;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>The number of members for each result of a copy that compares both sides; directories are not counted.</summary>
/// <param name="plan">The copy.</param>
/// <param name="tally">Its counters.</param>
internal sealed class TreeSums(Plan plan, Tally tally)
{
    private const int Tries = 500;
    private const int PauseMilliseconds = 2;

    private bool IsVerified => plan.TreeAction == TreeAction.Verify;

    /// <summary>The members that arrived, as the target counts them; an estimate if the peer does not report it.</summary>
    private long Arrived => tally.FilesThere ?? tally.Tree.Files - tally.FailedThere;

    private long Sent => Math.Max(0, Arrived - tally.Tree.Same);

    private long Same => IsVerified ? tally.Tree.Files : tally.Tree.Same;

    private long Differences => tally.Differences;

    private long Removed => tally.Removed;

    private long Failed => tally.Failed;

    /// <summary>Whether a copy has such sums: there is a target whose members may be the same.</summary>
    public static bool ApplyTo(Plan plan) => plan.There.Kind == ResourceKind.Tree && plan.Here.Kind is ResourceKind.Tree or ResourceKind.Stdio && plan.TreeAction != TreeAction.DryRun
        && (plan.TreeAction == TreeAction.Verify || (plan.There.Flags & (TreeFlags.Resume | TreeFlags.Delete)) != 0);

    /// <summary>Waits until all is counted: the verdict may overtake the last acknowledgements, which another thread counts.</summary>
    /// <param name="outcome">The result; null if the copy failed.</param>
    public TreeSums Settled(Outcome? outcome)
    {
        for (var i = 0; i < Tries && tally.Bytes < outcome?.Bytes; i++)
        {
            Thread.Sleep(PauseMilliseconds);
        }

        return this;
    }

    /// <summary>Adds the sums of copies to an event or a result.</summary>
    /// <param name="line">The event or the result.</param>
    /// <param name="all">The sums of the copies, which all do the same; nothing is added if there are none.</param>
    public static JsonLine AddTo(JsonLine line, IReadOnlyList<TreeSums> all) =>
        all.Count == 0 ? line
        : all[0].IsVerified ? line.Number("same", all.Sum(static one => one.Same)).Number("differ", all.Sum(static one => one.Differences)).Number("failed", all.Sum(static one => one.Failed))
        : line.Number("sent", all.Sum(static one => one.Sent)).Number("same", all.Sum(static one => one.Same)).Number("removed", all.Sum(static one => one.Removed)).Number("failed", all.Sum(static one => one.Failed));

    public override string ToString() => IsVerified
        ? string.Create(CultureInfo.InvariantCulture, $"{Same:N0} same, {Differences:N0} differ, {Failed:N0} failed")
        : string.Create(CultureInfo.InvariantCulture, $"{Sent:N0} sent, {Same:N0} same, {Removed:N0} removed, {Failed:N0} failed");
}

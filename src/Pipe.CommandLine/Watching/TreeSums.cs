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

    /// <summary>Whether a copy has such sums: there is a target whose members may be the same.</summary>
    public static bool Are(Plan plan) => plan.There.Kind == ResourceKind.Tree && plan.Here.Kind is ResourceKind.Tree or ResourceKind.Stdio && plan.TreeAction != TreeAction.DryRun
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

    /// <summary>Adds the sums to an event.</summary>
    public JsonLine AddTo(JsonLine line) => IsVerified
        ? line.Number("same", tally.Tree.Files).Number("differ", tally.Differences).Number("failed", tally.Failed)
        : line.Number("sent", Sent).Number("same", tally.Tree.Same).Number("removed", tally.Removed).Number("failed", tally.Failed);

    public override string ToString() => IsVerified
        ? string.Create(CultureInfo.InvariantCulture, $"{tally.Tree.Files:N0} same, {tally.Differences:N0} differ, {tally.Failed:N0} failed")
        : string.Create(CultureInfo.InvariantCulture, $"{Sent:N0} sent, {tally.Tree.Same:N0} same, {tally.Removed:N0} removed, {tally.Failed:N0} failed");
}

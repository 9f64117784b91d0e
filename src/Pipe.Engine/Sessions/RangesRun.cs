using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Tells the sender what a file has already, over one control channel, by a thread of its own.</summary>
internal static class RangesRun
{
    /// <param name="kept">What it has; null if nothing.</param>
    /// <param name="control">Where the sender is.</param>
    /// <param name="failed">Called if it cannot be read.</param>
    public static void Start(KeptPieces? kept, ControlChannel control, Action<Exception> failed) => DataThread.Start("ranges", () =>
    {
        for (var offset = 0L; ;)
        {
            HaveRanges? next;
            try
            {
                next = kept is null ? new HaveRanges(Defaults.Block, 0, 0, []) : kept.Next(offset);
            }
            catch (IOException e)
            {
                failed(ObjectFailure.Of(e));
                return;
            }

            if (next is not { } ranges)
            {
                return;
            }

            try
            {
                control.Send(ranges);
            }
            catch (LinuxException)
            {
                // The channel is gone, and its reader notices; over the next one all of it is said again.
                return;
            }

            if (ranges.Length == 0)
            {
                return;
            }

            offset = ranges.End;
        }
    });
}
